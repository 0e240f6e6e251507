//! `audit`: who came in, with what, and who was turned away.

use super::Office;
use crate::audit::{Act, Detail, Means, Outcome};
use anyhow::{Context as _, Result, bail};
use chrono::TimeDelta;
use clap::Args;
use domain::{
    BadgeCode, ServiceDay,
    time::{day_in_rome, instant_in_rome, wall_clock_in_rome},
};
use std::process::ExitCode;
use storage::{
    StorageError,
    audit::{self, Entry},
    bodies, people,
};

/// How far back it looks where nothing is said.
const LOOKS_BACK: TimeDelta = TimeDelta::days(30);

/// Options of `audit`.
#[derive(Debug, Args)]
pub struct Audit {
    /// Short name of the body.
    #[arg(long)]
    body: String,
    /// Only the person who signs in with this badge.
    #[arg(long)]
    badge: Option<String>,
    /// From this day on (2026-11-01); the last 30 days where it is not said.
    #[arg(long)]
    since: Option<ServiceDay>,
}

/// What was found.
enum Found {
    NoBody,
    NoBadge,
    Lines(Vec<Entry>),
}

const fn what(act: Act) -> &'static str {
    match act {
        Act::SignIn => "accesso",
        Act::ChoosePassword => "scelta della password",
        Act::SignOut => "uscita",
        Act::SignOutEverywhere => "uscita da tutti i dispositivi",
        Act::EndSession => "uscita da un dispositivo",
        Act::RefreshSession => "rinnovo della sessione",
        Act::CreateFeed => "nuovo indirizzo del calendario",
        Act::RevokeFeed => "fine di un indirizzo del calendario",
        Act::Confirm => "conferma di essere la persona",
        Act::StartRecovery => "richiesta di recupero della password",
        Act::FinishRecovery => "recupero della password",
        Act::AddContact => "nuovo recapito",
        Act::VerifyContact => "verifica di un recapito",
        Act::RemoveContact => "recapito tolto",
        Act::CreateInvitation => "invito",
        Act::WithdrawInvitation => "invito ritirato",
        Act::OpenInvitation => "apertura di un invito",
        Act::AcceptInvitation => "invito accettato",
        Act::AddBond => "nuovo legame con un alunno",
        Act::ChangeBond => "cambio dei diritti di un legame",
        Act::EndBond => "fine di un legame",
        Act::OfferBadge => "accesso con il badge offerto accanto a SPID e CIE",
        Act::ResetPassword => "nuova password provvisoria",
    }
}

const fn more(detail: Detail) -> &'static str {
    match detail {
        Detail::None => "",
        Detail::Badge => " (codice badge)",
        Detail::Provisional => " (password provvisoria)",
        Detail::WrongPassword => " (password sbagliata)",
        Detail::UnknownBadge => " (badge sconosciuto)",
        Detail::ProvisionalExpired => " (password provvisoria scaduta)",
        Detail::Mail => " (indirizzo e-mail)",
        Detail::SharedMail => " (indirizzo e-mail di più persone con la stessa password)",
        Detail::UnknownMail => " (indirizzo e-mail sconosciuto)",
        Detail::MailCode => " (codice per e-mail)",
        Detail::SmsCode => " (codice per SMS)",
        Detail::WrongCode => " (codice sbagliato)",
        Detail::NoContact => " (nessun recapito verificato: serve lo sportello)",
        Detail::MailAddress => " (e-mail)",
        Detail::PhoneNumber => " (telefono)",
        Detail::Password => " (password)",
        Detail::TooManyCodes => " (troppi codici richiesti)",
        Detail::Spid => " (SPID)",
        Detail::Cie => " (CIE)",
        Detail::Hub => " (SPID o CIE)",
        Detail::Cancelled => " (annullato, o consenso non dato)",
        Detail::NoMatch => " (codice fiscale non iscritto)",
        Detail::LevelTooLow => " (livello di sicurezza troppo basso)",
        Detail::LoginExpired => " (tempo scaduto)",
        Detail::ProviderUnavailable => " (il gestore dell'identità non risponde)",
        Detail::ProviderFault => " (risposta del gestore dell'identità non credibile)",
        Detail::IdentityRefused => " (identità non accettata)",
        Detail::OtherBrowser => " (finito in un altro browser)",
        Detail::AlreadyUsed => " (già usato)",
        Detail::OtherPerson => " (un'altra persona)",
        Detail::InvitationRefused => " (invito non valido)",
        Detail::WrongNumber => " (numero dell'app sbagliato tre volte)",
        Detail::Guardian => " (genitore o intestatario)",
        Detail::Delegate => " (delegato)",
        Detail::RefreshReused => " (credenziale già usata: sessione chiusa)",
        Detail::ThisDevice => " (quello in uso)",
        Detail::OtherDevice => " (un altro)",
    }
}

/// `23/11/2026 08:41:00 · accesso: riuscito (codice badge) · Firefox su Windows · rete 192.0.2.0/24 · persona …`.
fn line(entry: &Entry) -> String {
    let outcome = match entry.outcome {
        Outcome::Done => "riuscito",
        Outcome::Refused => "rifiutato",
    };
    let with = match entry.means {
        Means::Office => "ufficio".to_owned(),
        Means::App | Means::Browser => format!("{} · rete {}", entry.device, entry.network),
    };
    let who = entry.person.map_or_else(
        || "nessuna persona".to_owned(),
        |person| format!("persona {person}"),
    );
    format!(
        "{} · {}: {outcome}{} · {with} · {who}",
        wall_clock_in_rome(entry.at).format("%d/%m/%Y %H:%M:%S"),
        what(entry.act),
        more(entry.detail)
    )
}

impl Audit {
    #[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
    pub(super) fn run(self, office: &Office) -> Result<ExitCode> {
        let badge = self.badge.as_deref().map(BadgeCode::parse).transpose();
        let badge = badge.context("il codice badge ha da 4 a 16 lettere e cifre")?;
        let (store, now) = (office.store()?, office.clock()?.now());
        let since = self.since.map_or(now - LOOKS_BACK, |day| {
            instant_in_rome(day, chrono::NaiveTime::MIN)
        });
        let (slug, asked) = (self.body.clone(), badge.clone());
        let found = store.read_blocking(move |tx| {
            let Some(body) = bodies::by_slug(tx, &slug)? else {
                return Ok(Found::NoBody);
            };
            let person = match &asked {
                None => None,
                Some(badge) => match people::payer_of_badge(tx, body.id, badge, day_in_rome(now))? {
                    None => return Ok(Found::NoBadge),
                    person => person,
                },
            };
            Ok::<_, StorageError>(Found::Lines(audit::list(tx, body.id, person, since)?))
        })?;
        store.close_blocking();
        match found {
            Found::NoBody => bail!("non c'è nessun ente «{}»: `check-config` li elenca", self.body),
            Found::NoBadge => bail!(
                "nessun alunno di «{}» ha questo badge, o manca l'intestatario",
                self.body
            ),
            Found::Lines(lines) => {
                for entry in &lines {
                    println!("{}", line(entry));
                }
                println!(
                    "Righe: {}, dal {}",
                    lines.len(),
                    day_in_rome(since).format("%d/%m/%Y")
                );
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{BodyId, PersonId};

    #[test]
    fn a_line_is_read_by_somebody_in_the_office() {
        let person = PersonId::from_parts(1, [1; 10]);
        let mut entry = Entry {
            body: BodyId::from_parts(1, [2; 10]),
            person: Some(person),
            at: "2026-11-23T07:41:00Z".parse().unwrap(),
            act: Act::SignIn,
            outcome: Outcome::Done,
            detail: Detail::Badge,
            means: Means::Browser,
            network: "192.0.2.0/24".to_owned(),
            device: "Firefox su Windows".to_owned(),
        };
        assert_eq!(
            line(&entry),
            format!(
                "23/11/2026 08:41:00 · accesso: riuscito (codice badge) · Firefox su Windows · rete 192.0.2.0/24 · \
                 persona {person}"
            )
        );
        (entry.person, entry.outcome, entry.detail) = (None, Outcome::Refused, Detail::UnknownBadge);
        assert!(line(&entry).contains("accesso: rifiutato (badge sconosciuto)"));
        assert!(line(&entry).ends_with("nessuna persona"));
        (entry.act, entry.outcome, entry.detail) = (Act::ResetPassword, Outcome::Done, Detail::None);
        entry.means = Means::Office;
        assert!(
            line(&entry).contains("nuova password provvisoria: riuscito · ufficio"),
            "{}",
            line(&entry)
        );
    }
}
