//! `messages`: what could not be delivered, and trying it again.

use super::Office;
use anyhow::Result;
use chrono::TimeDelta;
use clap::{Args, Subcommand};
use domain::{MessageId, time::wall_clock_in_rome};
use std::process::ExitCode;
use storage::outbox;

/// More than anybody looks at in one go.
const MOST: u32 = 500;
/// How far back is counted what nobody was to be reached with.
const LATELY: TimeDelta = TimeDelta::days(30);

/// Options of `messages`.
#[derive(Debug, Args)]
pub struct Messages {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// What was tried in vain, the eldest first. No address and no word of a message is shown.
    List,
    /// Tries again what was given up, after the cause was mended: one message, or all.
    Retry {
        /// As `list` shows it.
        id: Option<MessageId>,
    },
}

impl Messages {
    pub(super) fn run(self, office: &Office) -> Result<ExitCode> {
        let now = office.clock()?.now();
        let store = office.store()?;
        match self.act {
            Act::List => {
                let letters = store.read_blocking(|tx| outbox::troubled(tx, MOST))?;
                for letter in &letters {
                    println!(
                        "{}  {}  {}  {} {}  {} tentativi, {}: {}",
                        letter.id,
                        wall_clock_in_rome(letter.created_at).format("%d/%m/%Y %H:%M"),
                        letter.body,
                        letter.channel,
                        letter.kind,
                        letter.tries,
                        if letter.state == "dead" {
                            "abbandonato"
                        } else {
                            "si riprova"
                        },
                        letter.problem
                    );
                }
                if letters.is_empty() {
                    println!("Nessun messaggio fermo.");
                }
                for unsent in store.read_blocking(move |tx| outbox::unsent(tx, now - LATELY))? {
                    println!(
                        "Negli ultimi {} giorni non spediti perché nessuno li riceve là: {} {}, {} messaggi: {}",
                        LATELY.num_days(),
                        unsent.body,
                        unsent.channel,
                        unsent.count,
                        unsent.problem
                    );
                }
            }
            Act::Retry { id } => {
                let tried = store.write_blocking(move |tx| outbox::retry(tx, id, now))?;
                println!("Messaggi da ritentare: {tried}.");
            }
        }
        store.close_blocking();
        Ok(ExitCode::SUCCESS)
    }
}
