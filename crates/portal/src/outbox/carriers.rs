//! The carriers that the configuration names.

use crate::config::Settings;
use notify::{
    Carrier, Carriers,
    apns::{Apns, ApnsError},
    fcm::{Fcm, FcmError},
    io::{Io, IoError},
    mail::{MailError, Mailer},
    push::{PushError, Pusher},
    sms::{Gateway, SmsError},
};
use std::sync::Arc;

/// A channel whose settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CarriersError {
    /// `[mail]`.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// `[sms]`.
    #[error(transparent)]
    Sms(#[from] SmsError),
    /// `[push]`.
    #[error(transparent)]
    Push(#[from] PushError),
    /// `[fcm]`.
    #[error(transparent)]
    Fcm(#[from] FcmError),
    /// `[apns]`.
    #[error(transparent)]
    Apns(#[from] ApnsError),
    /// `[io]`.
    #[error(transparent)]
    Io(#[from] IoError),
}

/// One carrier a section of the configuration, or why there is none. Must be called within a runtime. A section that
/// cannot be used keeps none of the others from speaking.
pub fn from_settings(settings: &Settings) -> (Carriers, Vec<CarriersError>) {
    let mut problems = Vec::new();
    let carriers = Carriers {
        mail: made(settings.mail.as_ref(), Mailer::new, &mut problems),
        sms: made(settings.sms.as_ref(), Gateway::new, &mut problems),
        push: made(settings.push.as_ref(), Pusher::new, &mut problems),
        fcm: made(settings.fcm.as_ref(), Fcm::new, &mut problems),
        apns: made(settings.apns.as_ref(), Apns::new, &mut problems),
        io: made(settings.io.as_ref(), Io::new, &mut problems),
    };
    (carriers, problems)
}

fn made<S, C: Carrier + 'static, E: Into<CarriersError>>(
    section: Option<&S>,
    make: impl FnOnce(&S) -> Result<C, E>,
    problems: &mut Vec<CarriersError>,
) -> Option<Arc<dyn Carrier>> {
    match make(section?) {
        Ok(carrier) => Some(Arc::new(carrier)),
        Err(problem) => {
            problems.push(problem.into());
            None
        }
    }
}
