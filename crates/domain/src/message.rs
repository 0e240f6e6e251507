//! Messages: what is to be said to whom, before anybody has put it into words.
//!
//! A message is kept until it is delivered, so it holds fields and no finished text; the words are made at delivery, in
//! the receiver's language. What must not be kept longer than needed, a code or a link that opens something, is
//! [`Hidden`]: it shows in no log, and the kept fields are wiped when the message has ended.

use crate::{
    BodyId, Cents, ChildId, Instant, MessageId, PersonId, ServiceDay, SubscriptionId, contact::Language,
    meals::Choice, people::BondKind,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// A text that is in no log: a code, or a link that opens something.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that delivers it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

/// A way that a message takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Posta elettronica.
    Mail,
    /// SMS.
    Sms,
    /// Notifica su un dispositivo.
    Push,
    /// Messaggio su App IO.
    Io,
}

impl Channel {
    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Push => "push",
            Self::Io => "io",
        }
    }
}

/// Where a message goes. Never logged.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// A mail address.
    Mail(String),
    /// A telephone number with its prefix: `+393331234567`.
    Phone(String),
    /// A device that asked for it.
    Push(SubscriptionId),
    /// An adult, by the fiscal code that is looked up at delivery; never a child.
    Io(PersonId),
}

impl Address {
    /// The way that leads there.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Mail(_) => Channel::Mail,
            Self::Phone(_) => Channel::Sms,
            Self::Push(_) => Channel::Push,
            Self::Io(_) => Channel::Io,
        }
    }

    /// As it is kept.
    pub fn as_text(&self) -> String {
        match self {
            Self::Mail(text) | Self::Phone(text) => text.clone(),
            Self::Push(id) => id.to_string(),
            Self::Io(person) => person.to_string(),
        }
    }

    /// Reads what [`Address::as_text`] wrote; none where it is not an address of that channel.
    pub fn read(channel: Channel, text: &str) -> Option<Self> {
        match channel {
            Channel::Mail => Some(Self::Mail(text.to_owned())),
            Channel::Sms => Some(Self::Phone(text.to_owned())),
            Channel::Push => text.parse().ok().map(Self::Push),
            Channel::Io => text.parse().ok().map(Self::Io),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.channel().as_str())
    }
}

/// How a family can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// A mail address.
    Mail,
    /// A telephone number.
    Phone,
}

/// A wallet that is low.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowWallet {
    /// First names of the children whose meals it pays.
    pub children: Vec<String>,
    /// Those children, in the same order; empty where it was written before this was kept.
    #[serde(default)]
    pub who: Vec<ChildId>,
    /// Meals that it still pays.
    pub meals_left: u32,
    /// What is in it.
    pub balance: Cents,
    /// The last day that it pays, where the calendar tells.
    pub last_day: Option<ServiceDay>,
    /// Whether the body's debt limit is reached.
    pub at_limit: bool,
}

/// The code of one of several persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedCode {
    /// First name.
    pub name: String,
    /// The digits.
    pub code: Hidden,
}

/// What is said, with what the words need. First names only; amounts, diets and debts are for mail alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Text {
    /// A code to choose a new password; by mail also the badge codes of the family.
    RecoveryCode {
        /// The digits.
        code: Hidden,
        /// First name of the person whose password it is; empty where it was written before this was kept.
        #[serde(default)]
        name: String,
        /// The codes of the others who share the mailbox or number; one of all these can be used.
        #[serde(default)]
        others: Vec<NamedCode>,
        /// Until when they are good.
        until: Instant,
        /// Badge codes of the family's children; none by SMS.
        badges: Vec<String>,
    },
    /// A code that proves that an address or number is theirs.
    ContactCode {
        /// The digits.
        code: Hidden,
        /// Until when they are good.
        until: Instant,
    },
    /// The password was changed.
    PasswordChanged {
        /// When.
        at: Instant,
    },
    /// An address or number was added or removed; goes to the old ones.
    ContactChanged {
        /// Which sort.
        contact: ContactKind,
        /// Added, otherwise removed.
        added: bool,
        /// When.
        at: Instant,
    },
    /// Somebody came in from a device that was not known.
    NewSignIn {
        /// "Firefox su Windows"; empty where it is not known.
        device: String,
        /// When.
        at: Instant,
    },
    /// Somebody is invited to take part; goes to a person who may be nobody yet.
    Invitation {
        /// First name and surname of who invites.
        from: String,
        /// First names of the children.
        children: Vec<String>,
        /// As what.
        role: BondKind,
        /// The address that opens the invitation.
        link: Hidden,
        /// Until when.
        until: Instant,
        /// That of who invites: the other's is not known yet.
        #[serde(default)]
        language: Language,
    },
    /// Somebody was added to a family, or what they may do was changed; goes to the others.
    BondAdded {
        /// Who was added.
        name: String,
        /// First names of the children.
        children: Vec<String>,
        /// As what.
        role: BondKind,
        /// Until which day, where there is an end.
        last_day: Option<ServiceDay>,
    },
    /// Somebody is no longer part of a family; goes to that person and the others.
    BondEnded {
        /// Who.
        name: String,
        /// First names of the children.
        children: Vec<String>,
    },
    /// One or more wallets of a family are low.
    LowBalance {
        /// All of them, so that a family is told once.
        wallets: Vec<LowWallet>,
    },
    /// The service is today and a rule says to remind.
    MorningReminder {
        /// Which day.
        day: ServiceDay,
        /// Until when one may cancel.
        cut_off: Instant,
        /// First names of the children.
        children: Vec<String>,
        /// Those children, in the same order; empty where it was written before this was kept.
        #[serde(default)]
        who: Vec<ChildId>,
    },
    /// A payment has arrived.
    PaymentReceived {
        /// How much.
        amount: Cents,
        /// When.
        at: Instant,
        /// Numero avviso.
        notice: String,
    },
    /// Another adult of the family changed days.
    DaysChanged {
        /// First name of who did it.
        by: String,
        /// First names of the children.
        children: Vec<String>,
        /// Those children, in the same order; empty where it was written before this was kept.
        #[serde(default)]
        who: Vec<ChildId>,
        /// Which days, in order.
        days: Vec<ServiceDay>,
        /// What they are now.
        choice: Choice,
        /// Receipt number.
        number: String,
    },
    /// No service where there would have been one.
    ClosureAnnounced {
        /// From.
        first: ServiceDay,
        /// To.
        last: ServiceDay,
        /// The office's words.
        reason: String,
        /// First names of the children concerned.
        children: Vec<String>,
        /// Those children, in the same order; empty where it was written before this was kept.
        #[serde(default)]
        who: Vec<ChildId>,
    },
    /// The enrolment for another year can be renewed.
    RenewalOpens {
        /// "2027/2028".
        year: String,
        /// Last day to do it.
        last_day: ServiceDay,
        /// First names of the children concerned.
        #[serde(default)]
        children: Vec<String>,
        /// Those children, in the same order; empty where it was written before this was kept.
        #[serde(default)]
        who: Vec<ChildId>,
    },
}

impl Text {
    /// The kind, as it is kept and counted.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::RecoveryCode { .. } => "recovery_code",
            Self::ContactCode { .. } => "contact_code",
            Self::PasswordChanged { .. } => "password_changed",
            Self::ContactChanged { .. } => "contact_changed",
            Self::NewSignIn { .. } => "new_sign_in",
            Self::Invitation { .. } => "invitation",
            Self::BondAdded { .. } => "bond_added",
            Self::BondEnded { .. } => "bond_ended",
            Self::LowBalance { .. } => "low_balance",
            Self::MorningReminder { .. } => "morning_reminder",
            Self::PaymentReceived { .. } => "payment_received",
            Self::DaysChanged { .. } => "days_changed",
            Self::ClosureAnnounced { .. } => "closure_announced",
            Self::RenewalOpens { .. } => "renewal_opens",
        }
    }

    /// Which right over a child one needs to be told; none where it is about the receiver.
    pub const fn needs(&self) -> Option<Needs> {
        match self {
            Self::LowBalance { .. } => Some(Needs::ToPay),
            Self::MorningReminder { .. } | Self::DaysChanged { .. } | Self::ClosureAnnounced { .. } => {
                Some(Needs::ToSee)
            }
            Self::RenewalOpens { .. } => Some(Needs::Documents),
            _ => None,
        }
    }

    /// The same, of those children alone; none where nobody is left.
    pub fn only(&self, holds: &BTreeSet<ChildId>) -> Option<Self> {
        let mut said = self.clone();
        match &mut said {
            Self::LowBalance { wallets } => {
                wallets.retain_mut(|wallet| keep(&mut wallet.children, &mut wallet.who, holds));
                (!wallets.is_empty()).then_some(said)
            }
            Self::MorningReminder { children, who, .. }
            | Self::DaysChanged { children, who, .. }
            | Self::ClosureAnnounced { children, who, .. }
            | Self::RenewalOpens { children, who, .. } => keep(children, who, holds).then_some(said),
            _ => Some(said),
        }
    }

    /// In which language it is said, where that is not the receiver's own choice.
    pub const fn language(&self) -> Option<Language> {
        match self {
            Self::Invitation { language, .. } => Some(*language),
            _ => None,
        }
    }

    /// Whether it may come at night: somebody waits for it, it protects an account, or later it would be of no use.
    pub const fn is_urgent(&self) -> bool {
        matches!(
            self,
            Self::RecoveryCode { .. }
                | Self::ContactCode { .. }
                | Self::PasswordChanged { .. }
                | Self::ContactChanged { .. }
                | Self::NewSignIn { .. }
                | Self::Invitation { .. }
                | Self::MorningReminder { .. }
        )
    }
}

/// A right over a child without which one is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// To see its days.
    ToSee,
    /// To pay for it.
    ToPay,
    /// To see its papers.
    Documents,
}

/// Leaves the names of those children alone; false where none is left. What was written without them stays.
fn keep(names: &mut Vec<String>, who: &mut Vec<ChildId>, holds: &BTreeSet<ChildId>) -> bool {
    if who.is_empty() || who.len() != names.len() {
        return true;
    }
    let kept: Vec<bool> = who.iter().map(|child| holds.contains(child)).collect();
    let mut at = kept.iter();
    names.retain(|_| at.next().is_some_and(|kept| *kept));
    who.retain(|child| holds.contains(child));
    !who.is_empty()
}

/// Something to be said, once, to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Identity, made by the caller. The channel gets it too, so that it can tell a repetition.
    pub id: MessageId,
    /// Who speaks.
    pub body: BodyId,
    /// To whom, where it is somebody known.
    pub person: Option<PersonId>,
    /// Where to.
    pub to: Address,
    /// What it is about: the same cause goes once to the same address. `password/{person}/{micros}`.
    pub cause: String,
    /// From when on.
    pub due: Instant,
    /// After that it is not sent any more.
    pub expires: Option<Instant>,
    /// What.
    pub text: Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Instant {
        "2026-11-23T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_code_shows_in_no_log() {
        let text = Text::RecoveryCode {
            code: Hidden::new("48151623"),
            name: "Anna".to_owned(),
            others: vec![NamedCode {
                name: "Luca".to_owned(),
                code: Hidden::new("48151624"),
            }],
            until: at(),
            badges: vec!["100001".to_owned()],
        };
        assert!(!format!("{text:?}").contains("481516"));
    }

    #[test]
    fn an_address_shows_in_no_log_and_survives_being_kept() {
        let mail = Address::Mail("anna@example.it".to_owned());
        assert_eq!(format!("{mail:?}"), "mail");
        let push = Address::Push(SubscriptionId::from_parts(1, [7; 10]));
        let io = Address::Io(PersonId::from_parts(1, [7; 10]));
        assert_eq!(format!("{io:?}"), "io");
        for address in [mail, push, io, Address::Phone("+393331234567".to_owned())] {
            assert_eq!(
                Address::read(address.channel(), &address.as_text()),
                Some(address)
            );
        }
        assert_eq!(Address::read(Channel::Push, "anna"), None);
        assert_eq!(Address::read(Channel::Io, "anna"), None);
    }

    #[test]
    fn who_may_be_told_of_one_child_is_told_of_that_one_alone() {
        let (elio, gaia) = (ChildId::from_parts(1, [1; 10]), ChildId::from_parts(1, [2; 10]));
        let wallet = |names: &[&str], who: Vec<ChildId>| LowWallet {
            children: names.iter().map(|name| (*name).to_owned()).collect(),
            who,
            meals_left: 2,
            balance: Cents::new(1_200),
            last_day: None,
            at_limit: false,
        };
        let both = Text::LowBalance {
            wallets: vec![
                wallet(&["Elio", "Gaia"], vec![elio, gaia]),
                wallet(&["Elio"], vec![elio]),
            ],
        };
        let gaias = Text::LowBalance {
            wallets: vec![wallet(&["Gaia"], vec![gaia])],
        };
        assert_eq!(both.only(&BTreeSet::from([gaia])), Some(gaias));
        assert_eq!(both.only(&BTreeSet::new()), None);
        // What was kept before children were named beside their names, and what is about the receiver.
        let old = Text::LowBalance {
            wallets: vec![wallet(&["Elio"], Vec::new())],
        };
        assert_eq!(old.only(&BTreeSet::new()), Some(old.clone()));
        let own = Text::PasswordChanged { at: at() };
        assert_eq!(
            (own.needs(), own.only(&BTreeSet::new())),
            (None, Some(own.clone()))
        );
    }

    #[test]
    fn what_is_kept_comes_back_as_it_was() {
        let text = Text::PaymentReceived {
            amount: Cents::new(2_000),
            at: at(),
            notice: "302000000000000001".to_owned(),
        };
        let kept = serde_json::to_string(&text).unwrap();
        assert!(kept.contains(text.kind()));
        assert_eq!(serde_json::from_str::<Text>(&kept).unwrap(), text);
    }
}
