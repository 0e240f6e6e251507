//! `office`: what somebody must look at, and what was decided.

use super::{Office, runtime};
use crate::reconcile::{Adjustment, adjust, settle};
use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use domain::{BadgeCode, BodyId, Cents, OfficeItemId};
use std::process::ExitCode;
use storage::{
    StorageError, bodies,
    office::{self, OfficeItem, OfficeKind},
};

/// More than anybody looks at in one go.
const MOST: u32 = 500;

/// Options of `office`.
#[derive(Debug, Args)]
pub struct Queue {
    #[command(subcommand)]
    act: Act,
    /// Short name of the body.
    #[arg(long, global = true, default_value = "")]
    body: String,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// What is open, the eldest first.
    List {
        /// What was closed too.
        #[arg(long)]
        all: bool,
    },
    /// Closes an item that was looked at.
    Close {
        /// As `list` shows it.
        id: OfficeItemId,
        /// What was done, for whoever reads it later. No names of families.
        #[arg(long)]
        why: String,
    },
    /// Corrects a wallet (rettifica), with a reason that the family reads; with `--item` it closes what it settles.
    Adjust(Adjust),
    /// Credits a payment whose receipt nobody can give, on the strength of the flow that transferred it.
    Settle {
        /// As `list` shows it.
        id: OfficeItemId,
        /// How it was checked that the money is there.
        #[arg(long)]
        why: String,
    },
}

/// Options of `office adjust`.
#[derive(Debug, Args)]
struct Adjust {
    /// A badge of the child whose wallet it is.
    #[arg(long)]
    badge: String,
    /// `12,36`, or `-12,36` to take away.
    #[arg(long, allow_hyphen_values = true)]
    amount: String,
    /// Why, in words for the family: it stands beside the movement.
    #[arg(long)]
    why: String,
    /// The item of `office list` that is settled so. The same item is settled once.
    #[arg(long)]
    item: Option<OfficeItemId>,
}

fn words(kind: OfficeKind) -> &'static str {
    match kind {
        OfficeKind::SecondPayment => "secondo pagamento dello stesso avviso",
        OfficeKind::UnknownNotice => "ricevuta di un avviso sconosciuto",
        OfficeKind::AmountDiffers => "pagato meno dell'avviso",
        OfficeKind::PaidAfterCancel => "pagato dopo il ritiro",
        OfficeKind::FeeAdded => "pagato più dell'avviso",
        OfficeKind::NotProcessed => "ricevuta non elaborata",
        OfficeKind::ReceiptMissing => "ricevuta introvabile",
        OfficeKind::FlowDiffers => "il flusso dice altro",
        OfficeKind::NotWithdrawn => "avviso ancora pagabile",
    }
}

fn lines(item: &OfficeItem) -> String {
    let amount = item
        .amount
        .map(|amount| format!(", {amount} €"))
        .unwrap_or_default();
    let notice = item
        .nav
        .as_deref()
        .map(|nav| format!(", avviso {nav}"))
        .unwrap_or_default();
    let closed = item
        .closed
        .as_ref()
        .map(|(at, why)| format!("\n  chiuso il {}: {why}", domain::time::day_in_rome(*at)))
        .unwrap_or_default();
    format!(
        "{} · {} · dal {}{notice}{amount}\n  {}{closed}",
        item.id,
        words(item.kind),
        domain::time::day_in_rome(item.opened_at),
        item.detail
    )
}

impl Queue {
    #[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
    pub(super) fn run(self, office: Office) -> Result<ExitCode> {
        let app = office.assemble()?;
        let slug = self.body.clone();
        let found = app.store.read_blocking(move |tx| bodies::by_slug(tx, &slug))?;
        let Some(body) = found.map(|body| body.id) else {
            bail!("non c'è nessun ente «{}»: indicalo con --body", self.body);
        };
        let done = match self.act {
            Act::List { all } => {
                let items = read(&app, body, all)?;
                for item in &items {
                    println!("{}", lines(item));
                }
                println!(
                    "{} da guardare",
                    items.iter().filter(|i| i.closed.is_none()).count()
                );
                Ok(ExitCode::SUCCESS)
            }
            Act::Close { id, why } => close(&app, body, id, &why),
            Act::Adjust(adjust) => correct(&app, body, &adjust),
            Act::Settle { id, why } => {
                let amount = runtime()?.block_on(settle(&app, body, id, &why))?;
                println!("Accreditati {amount} €.");
                Ok(ExitCode::SUCCESS)
            }
        };
        app.store.close_blocking();
        done
    }
}

#[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
fn correct(app: &crate::App, body: BodyId, asked: &Adjust) -> Result<ExitCode> {
    let badge = BadgeCode::parse(&asked.badge).context("il codice badge ha da 4 a 16 lettere e cifre")?;
    let amount =
        Cents::parse_italian(&asked.amount).context("l'importo si scrive così: 12,36 oppure -12,36")?;
    let adjustment = Adjustment {
        badge,
        amount,
        why: asked.why.clone(),
        item: asked.item,
    };
    let done = runtime()?.block_on(adjust(app, body, adjustment))?;
    println!("Rettifica di {amount} €. Il saldo ora è {done} €.");
    Ok(ExitCode::SUCCESS)
}

fn read(app: &crate::App, body: BodyId, all: bool) -> Result<Vec<OfficeItem>, StorageError> {
    app.store.read_blocking(move |tx| {
        if all {
            office::list(tx, body, MOST)
        } else {
            office::list_open(tx, body, MOST)
        }
    })
}

#[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
fn close(app: &crate::App, body: BodyId, id: OfficeItemId, why: &str) -> Result<ExitCode> {
    let why = why.trim().to_owned();
    if why.is_empty() {
        bail!("scrivi che cosa è stato fatto, con --why");
    }
    let now = app.now();
    let closed = app
        .store
        .write_blocking(move |tx| office::close_by_id(tx, body, id, &why, now))?;
    if !closed {
        bail!("{id} non è aperto: guarda `office list`");
    }
    println!("Chiuso.");
    Ok(ExitCode::SUCCESS)
}
