//! The way to pagoPA for each body: its settings with the two clients, made once.

use crate::{app::App, config::PagopaSection, errors::ApiError};
use api::ErrorCode;
use http::StatusCode;
use pagopa::{
    BodyFiscalCode, Patience,
    checkout::{Checkout, CheckoutClient},
    config::PagopaSettings,
    fdr::{FdrClient, Flows},
    gpd::{DebtPositions, GpdClient},
    receipts::recovery::{BizEvents, GpdReceipts, MissingReceipts},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use storage::{StorageError, Tx, bodies, bodies::Body};

/// A body's way to pagoPA.
pub struct Gateway {
    /// What body and pagoPA agreed on.
    pub settings: PagopaSettings,
    /// Where debts are published.
    pub gpd: Box<dyn DebtPositions>,
    /// Where carts are opened.
    pub checkout: Box<dyn Checkout>,
    /// Where flows of transfers are read, if anywhere.
    pub flows: Option<Arc<dyn Flows>>,
    /// Where missing receipts are asked for, in this order.
    pub receipts: Vec<Box<dyn MissingReceipts>>,
}

/// The gateways made so far, by the body's short name. Clones share them.
#[derive(Clone, Default)]
pub struct Gateways(Arc<Mutex<HashMap<String, Arc<Gateway>>>>);

/// Why there is no way to pagoPA.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The body takes no payments here.
    #[error("the body has no pagoPA settings")]
    NotOffered,
    /// Its settings cannot be used.
    #[error("the body's pagoPA settings cannot be used: {0}")]
    Settings(String),
}

impl From<GatewayError> for ApiError {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::NotOffered => Self::new(
                StatusCode::CONFLICT,
                ErrorCode::PaymentNotOffered,
                "Da qui non si può pagare. Chiedi all'ufficio come ricaricare.",
            ),
            GatewayError::Settings(_) => Self::internal(error),
        }
    }
}

/// Makes a body's settings out of what the body brought and what the configuration says.
pub(crate) fn settings_of(app: &App, body: &Body) -> Result<PagopaSettings, GatewayError> {
    let settings = app.settings.pagopa.of(&body.slug, body.pagopa.as_deref());
    let settings = settings.map_err(|error| {
        tracing::error!(body = body.slug, %error, "the body's pagoPA settings cannot be used");
        GatewayError::Settings(error.to_string())
    });
    settings?.ok_or(GatewayError::NotOffered)
}

impl Gateways {
    /// The way of a body. What the body's file says may have changed by an import: it is compared each time.
    pub fn of(&self, app: &App, body: &Body) -> Result<Arc<Gateway>, GatewayError> {
        let settings = settings_of(app, body)?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gateway) = known
            .get(&body.slug)
            .filter(|gateway| gateway.settings == settings)
        {
            return Ok(Arc::clone(gateway));
        }
        let gateway = Arc::new(connect(settings)?);
        known.insert(body.slug.clone(), Arc::clone(&gateway));
        Ok(gateway)
    }

    /// Puts another way to pagoPA in the place of a body's own, as tests do that need no network.
    pub fn stand_in(
        &self,
        app: &App,
        body: &Body,
        make: impl FnOnce(PagopaSettings) -> Gateway,
    ) -> Result<(), GatewayError> {
        let gateway = make(settings_of(app, body)?);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(body.slug.clone(), Arc::new(gateway));
        Ok(())
    }
}

/// Whether settings can be used: the key is there and the clients can be made.
pub fn check(settings: &PagopaSettings) -> Result<(), GatewayError> {
    connect(settings.clone()).map(drop)
}

fn connect(settings: PagopaSettings) -> Result<Gateway, GatewayError> {
    let wrong = |error: &dyn ToString| GatewayError::Settings(error.to_string());
    let key = settings.key().map_err(|error| wrong(&error))?;
    let patience = Patience::default();
    let gpd =
        GpdClient::new(settings.gpd_url.clone(), key.clone(), patience).map_err(|error| wrong(&error))?;
    let hosts = settings.checkout_hosts.clone();
    let mut flows: Option<Arc<dyn Flows>> = None;
    if let Some(url) = &settings.fdr_url {
        let client = FdrClient::new(url.clone(), key.clone(), patience).map_err(|error| wrong(&error))?;
        flows = Some(Arc::new(client));
    }
    let mut receipts: Vec<Box<dyn MissingReceipts>> = Vec::new();
    if let Some(url) = &settings.receipts_url {
        let client = GpdReceipts::new(url.clone(), key.clone(), patience).map_err(|error| wrong(&error))?;
        receipts.push(Box::new(client));
    }
    if let Some(url) = &settings.biz_events_url {
        let client = BizEvents::new(url.clone(), key.clone(), patience).map_err(|error| wrong(&error))?;
        // `reconcile` counts the calls, in the database and by the portal's clock.
        receipts.push(Box::new(client.counted_by_caller()));
    }
    let checkout = CheckoutClient::new(settings.checkout_url.clone(), Some(key), hosts, patience)
        .map_err(|error| wrong(&error))?;
    Ok(Gateway {
        flows,
        receipts,
        settings,
        gpd: Box::new(gpd),
        checkout: Box::new(checkout),
    })
}

/// The bodies for which receipts with that fiscal code may be; a caterer may hold the credit of several. Only the
/// fiscal code has to be readable: money that has been paid is credited whatever else of the settings is wrong or was
/// taken away. An error where a body's settings hide whether it is meant: pagoPA sends the receipt again.
pub(crate) fn bodies_with(
    app: &App,
    tx: &mut dyn Tx,
    fiscal_code: BodyFiscalCode,
) -> Result<Result<Vec<Body>, GatewayError>, StorageError> {
    bodies_by(&app.settings.pagopa, tx, fiscal_code)
}

/// The same where there is no portal around, as for an office's command.
pub(crate) fn bodies_by(
    section: &PagopaSection,
    tx: &mut dyn Tx,
    fiscal_code: BodyFiscalCode,
) -> Result<Result<Vec<Body>, GatewayError>, StorageError> {
    let (mut found, mut unreadable) = (Vec::new(), None);
    for body in bodies::list(tx)? {
        match fiscal_code_of(section, &body) {
            Ok(Some(code)) if code == fiscal_code => found.push(body),
            Ok(_) => {}
            Err(error) => {
                tracing::error!(body = body.slug, %error, "receipts may be for this body and cannot be matched");
                unreadable = Some(error);
            }
        }
    }
    Ok(match unreadable {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    })
}

/// Whether some body's settings hide which fiscal code is its own: then what no known body has may be that one's.
pub(crate) fn some_hidden(app: &App, tx: &mut dyn Tx) -> Result<bool, StorageError> {
    let section = &app.settings.pagopa;
    Ok(bodies::list(tx)?
        .iter()
        .any(|body| fiscal_code_of(section, body).is_err()))
}

/// The fiscal code alone, from the configuration or from what came with the body.
fn fiscal_code_of(section: &PagopaSection, body: &Body) -> Result<Option<BodyFiscalCode>, GatewayError> {
    let wrong = |error: &dyn ToString| GatewayError::Settings(error.to_string());
    let section = section.bodies.get(&body.slug);
    let here = section
        .and_then(|section| section.get("fiscal_code"))
        .and_then(|code| code.as_str());
    let code = match (here, body.pagopa.as_deref()) {
        (Some(code), _) => Some(code.to_owned()),
        (None, None) => None,
        (None, Some(own)) => {
            let own: serde_json::Value = serde_json::from_str(own).map_err(|error| wrong(&error))?;
            own.get("fiscal_code")
                .and_then(|code| code.as_str())
                .map(str::to_owned)
        }
    };
    code.map(|code| code.parse().map_err(|error| wrong(&error)))
        .transpose()
}
