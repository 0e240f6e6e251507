//! Where one can be, and who may be there.

use crate::{
    app::{Guarded, Shape},
    features::{
        accessibility::Accessibility,
        bodies::Bodies,
        calendar::{Calendar, CalendarMonth},
        confirmed::Confirmed,
        home::Home,
        invitation::Invitation,
        missing::Missing,
        notice::NoticePage,
        password::Password,
        payment::{CartPage, Payment, Return},
        payments::Payments,
        preferences::Preferences,
        privacy::Privacy,
        profile::{Invite, Profile},
        recovery::Recovery,
        sign_in::SignIn,
        topup::TopUp,
        wallet::Wallet,
    },
};
use dioxus::prelude::*;

/// Every address of the interface. Addresses are Italian: people read and share them.
#[derive(Debug, Clone, PartialEq, Routable)]
#[rustfmt::skip]
#[expect(missing_docs, reason = "a route is its screen, which is documented")]
pub enum Route {
    #[layout(Shape)]
        #[layout(Guarded)]
            #[route("/")]
            Home {},
            #[route("/calendario")]
            Calendar {},
            #[route("/calendario/:month")]
            CalendarMonth { month: String },
            #[route("/portafoglio")]
            Wallet {},
            #[route("/ricarica")]
            TopUp {},
            #[route("/ricarica/:id")]
            Payment { id: String },
            #[route("/pagamenti")]
            Payments {},
            #[route("/pagamenti/:id", NoticePage)]
            Notice { id: String },
            #[route("/pagamenti/insieme/:id", CartPage)]
            Cart { id: String },
            #[route("/profilo")]
            Profile {},
            #[route("/profilo/invita")]
            Invite {},
            #[route("/profilo/avvisi")]
            Preferences {},
        #[end_layout]
        #[route("/ritorno/:attempt/:outcome")]
        Return { attempt: String, outcome: String },
        #[route("/accesso")]
        SignIn {},
        #[route("/password")]
        Password {},
        #[route("/recupero")]
        Recovery {},
        #[route("/invito/:token")]
        Invitation { token: String },
        #[route("/conferma")]
        Confirmed {},
        #[route("/comune")]
        Bodies {},
        #[route("/accessibilita")]
        Accessibility {},
        #[route("/privacy")]
        Privacy {},
        #[route("/:..path")]
        Missing { path: Vec<String> },
}

impl Route {
    /// Which of the four destinations it belongs to.
    #[must_use]
    pub fn destination(&self) -> Self {
        match self {
            Self::CalendarMonth { .. } => Self::Calendar {},
            Self::TopUp {}
            | Self::Payment { .. }
            | Self::Payments {}
            | Self::Notice { .. }
            | Self::Cart { .. }
            | Self::Return { .. } => Self::Wallet {},
            Self::Invite {} | Self::Preferences {} => Self::Profile {},
            other => other.clone(),
        }
    }
}
