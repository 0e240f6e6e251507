//! `reset-password`: a new provisional password, read to a family at the desk. Nobody chooses it and it opens only
//! the choice of another.

use super::Office;
use crate::{
    audit::{Act, Detail, Origin},
    clock::{Chance as _, SystemChance},
};
use anyhow::{Context as _, Result, bail};
use chrono::TimeDelta;
use clap::Args;
use domain::{BadgeCode, people::Actor, time::day_in_rome};
use identity::{Hasher, provisional};
use std::process::ExitCode;
use storage::{StorageError, bodies, people, people::Credential, recoveries, sessions};

/// For how long a password that was read at the desk is good.
const GOOD_FOR: TimeDelta = TimeDelta::days(30);

/// Options of `reset-password`.
#[derive(Debug, Args)]
pub struct ResetPassword {
    /// Short name of the body.
    #[arg(long)]
    body: String,
    /// Any badge of the family.
    #[arg(long)]
    badge: String,
}

impl ResetPassword {
    #[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
    pub(super) fn run(self, office: &Office) -> Result<ExitCode> {
        let badge = BadgeCode::parse(&self.badge).context("il codice badge ha da 4 a 16 lettere e cifre")?;
        let (mut random, mut salt) = ([0; provisional::RANDOM], [0; 16]);
        SystemChance.bytes(&mut random);
        SystemChance.bytes(&mut salt);
        let password = provisional::generate(random);
        let hash = Hasher::default().hash(&password, salt)?;
        let (store, now) = (office.store()?, office.clock()?.now());
        let (slug, shown) = (self.body.clone(), badge.clone());
        let found = store.write_blocking(move |tx| {
            let Some(body) = bodies::by_slug(tx, &slug)? else {
                return Ok(None);
            };
            let Some(person) = people::payer_of_badge(tx, body.id, &badge, day_in_rome(now))? else {
                return Ok(Some(false));
            };
            let credential = Credential {
                password_hash: hash.clone(),
                provisional: true,
                expires_at: Some(now + GOOD_FOR),
            };
            people::set_credential(
                tx,
                Actor {
                    body: body.id,
                    person,
                },
                &credential,
                now,
            )?;
            sessions::end_all(tx, person, now, "password_reset")?;
            recoveries::end_all(tx, person, now)?;
            Origin::office().done(tx, (body.id, person), (Act::ResetPassword, Detail::None, now))?;
            Ok::<_, StorageError>(Some(true))
        })?;
        store.close_blocking();
        match found {
            None => bail!("non c'è nessun ente «{}»: `check-config` li elenca", self.body),
            Some(false) => bail!(
                "nessun alunno di «{}» ha il badge {shown}, o manca l'intestatario",
                self.body
            ),
            Some(true) => println!(
                "Password provvisoria per il badge {shown}, da scegliere di nuovo entro 30 giorni: {password}"
            ),
        }
        Ok(ExitCode::SUCCESS)
    }
}
