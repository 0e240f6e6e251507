//! `paVerifyPaymentNotice` and `paGetPaymentV2`: what is owed on a notice of a body with its own station.
//!
//! Only what is stored is told, and asking changes nothing: a notice that somebody is paying stays open until its
//! receipt comes, for the locking is pagoPA's.

use crate::{
    app::App,
    topups::{
        gateway::{bodies_with, settings_of},
        publish::{debt, owner},
    },
};
use domain::{Instant, topup::TopUpState};
use pagopa::{
    BodyFiscalCode, NoticeNumber,
    config::PagopaSettings,
    station::{Fault, FaultCode, GetPaymentAnswer, Payable, StationRequest, VerifyAnswer},
};
use storage::{
    StorageError, Tx,
    bodies::Body,
    notices::{self, Notice},
    receipts,
};

/// Answers either question as XML.
pub(super) async fn answer(app: &App, asked: StationRequest) -> String {
    let now = app.now();
    let (inside, question) = (app.clone(), asked.clone());
    let found = app.store.read(move |tx| look(&inside, tx, &question, now)).await;
    let found = found.unwrap_or_else(|error: StorageError| {
        tracing::error!(%error, "a notice could not be looked up for pagoPA");
        Err(FaultCode::System)
    });
    match (found, &asked) {
        (Ok(payable), StationRequest::Verify(_)) => VerifyAnswer::Ok(Box::new(payable)).to_xml(),
        (Ok(payable), StationRequest::GetPayment(_)) => GetPaymentAnswer::Ok(Box::new(payable)).to_xml(),
        // A receipt asks nothing.
        (Ok(_), StationRequest::Receipt(_)) => {
            asked.refusal(Fault::new(FaultCode::SoapAction, asked.id_pa()))
        }
        (Err(code), _) => {
            tracing::info!(fault = code.as_str(), "pagoPA asked for what cannot be paid");
            asked.refusal(Fault::new(code, asked.id_pa()))
        }
    }
}

type Found = Result<Payable, FaultCode>;

fn question(asked: &StationRequest) -> Option<(&str, NoticeNumber)> {
    match asked {
        StationRequest::Verify(asked) => Some((&asked.body_fiscal_code, asked.notice_number)),
        StationRequest::GetPayment(asked) => Some((&asked.body_fiscal_code, asked.notice_number)),
        StationRequest::Receipt(_) => None,
    }
}

fn look(app: &App, tx: &mut dyn Tx, asked: &StationRequest, now: Instant) -> Result<Found, StorageError> {
    let Some((fiscal_code, number)) = question(asked) else {
        return Ok(Err(FaultCode::SoapAction));
    };
    let Ok(fiscal_code) = fiscal_code.parse::<BodyFiscalCode>() else {
        return Ok(Err(FaultCode::Domain));
    };
    let Ok(bodies) = bodies_with(app, tx, fiscal_code)? else {
        return Ok(Err(FaultCode::System));
    };
    if bodies.is_empty() {
        return Ok(Err(FaultCode::Domain));
    }
    let mut refusal = FaultCode::SoapAction;
    for body in bodies {
        match own_station(app, &body, asked, fiscal_code) {
            Err(code) => refusal = code,
            Ok(settings) => {
                if let Some(notice) = notices::by_nav(tx, body.id, &number.to_string())? {
                    return payable(tx, &settings, &notice, now);
                }
                refusal = FaultCode::UnknownNotice;
            }
        }
    }
    Ok(Err(refusal))
}

/// The settings of a body whose own station is meant. A body on GPD offers no such operation: GPD answers for it.
fn own_station(
    app: &App,
    body: &Body,
    asked: &StationRequest,
    fiscal_code: BodyFiscalCode,
) -> Result<PagopaSettings, FaultCode> {
    let settings = settings_of(app, body).map_err(|_| FaultCode::System)?;
    if settings.station.is_none() {
        return Err(FaultCode::SoapAction);
    }
    let (station, broker) = settings.station_and_broker();
    asked.check_addressee(&fiscal_code.to_string(), broker, station)?;
    Ok(settings)
}

fn payable(
    tx: &mut dyn Tx,
    settings: &PagopaSettings,
    notice: &Notice,
    now: Instant,
) -> Result<Found, StorageError> {
    let refusal = match notice.state {
        // Not told to anybody yet.
        TopUpState::Preparing => Some(FaultCode::UnknownNotice),
        TopUpState::Cancelled => Some(FaultCode::Withdrawn),
        TopUpState::Paid => Some(FaultCode::AlreadyPaid),
        TopUpState::Payable | TopUpState::Verifying => receipts::settling(tx, notice.body, &notice.nav)?
            .is_some()
            .then_some(FaultCode::AlreadyPaid),
    };
    if let Some(code) = refusal {
        return Ok(Err(code));
    }
    let debtor = notices::debtor(tx, owner(notice))?;
    let debt = debt(settings, notice, &debtor, now).map_err(|error| {
        tracing::error!(notice = %notice.id, ?error, "a debt cannot be told");
        FaultCode::System
    });
    Ok(debt.and_then(|debt| {
        if debt.expires && debt.due < now {
            return Err(FaultCode::Expired);
        }
        Payable::new(debt, settings.office_name.clone()).map_err(|error| {
            tracing::error!(notice = %notice.id, %error, "a debt cannot be told");
            FaultCode::System
        })
    }))
}
