//! Registering an act: number, text, signature and rows in the act's own transaction.

use crate::{
    app::App,
    clock::{Chance, fresh},
    meals::days::{Days, opposite},
    receipts::{signer, text},
    telling::{self, Teller},
};
use api::meals::{ReceiptLineView, ReceiptView};
use domain::{ActId, ChildId, Instant, ServiceDay, meals::Choice};
use ed25519_dalek::SigningKey;
use storage::{
    StorageError, Tx,
    calendar::FamilyChild,
    meals::{self, Act, Naming},
};

/// The name of the sequence that numbers receipts.
pub const SEQUENCE: &str = "receipt";

/// What an act is registered with.
#[derive(Clone, Copy)]
pub(crate) struct Registrar<'a> {
    /// For the act's identity.
    pub(crate) chance: &'a dyn Chance,
    /// Signs the receipt.
    pub(crate) signer: &'a SigningKey,
}

impl<'a> Registrar<'a> {
    /// The portal's own.
    pub(crate) fn of(app: &'a App) -> Self {
        Self {
            chance: &*app.chance,
            signer: &app.signer,
        }
    }
}

/// Registers an act on days that the caller found changeable in this same transaction.
pub(crate) fn issue(
    tx: &mut dyn Tx,
    registrar: Registrar<'_>,
    days: &Days,
    choice: Choice,
    lines: &[(ChildId, ServiceDay)],
) -> Result<ReceiptView, StorageError> {
    let (body, now) = (days.actor.body, days.now);
    let sequence = meals::next_number(tx, body, SEQUENCE)?;
    let number = days.number(sequence);
    let heading = text::Heading {
        body: &days.rules.name,
        number: &number,
        choice,
        at: now,
    };
    let named: Vec<(Naming, ServiceDay)> = lines
        .iter()
        .filter_map(|(child, day)| Some((naming(days.child(*child)?), *day)))
        .collect();
    let receipt_text = text::compose(&heading, named.iter().map(|(naming, day)| (naming, *day)));
    let signature = signer::sign(registrar.signer, &receipt_text);
    let act = Act {
        id: fresh(registrar.chance, now, ActId::from_parts),
        body,
        person: days.actor.person,
        sequence,
        choice,
        at: now,
        receipt_text,
        signature,
    };
    meals::insert_act(tx, &act, lines.iter().copied())?;
    let teller = Teller {
        chance: registrar.chance,
        now,
        body,
    };
    telling::days::changed(tx, teller, days, (act.id, choice, &number), lines)?;
    if choice == Choice::DoesNotEat {
        telling::reminders::outdated(tx, teller, days, lines)?;
    }
    Ok(view(days, act, lines))
}

/// A receipt on the wire.
pub(crate) fn view(days: &Days, act: Act, lines: &[(ChildId, ServiceDay)]) -> ReceiptView {
    ReceiptView {
        number: days.number(act.sequence),
        at: act.at,
        choice: act.choice,
        lines: lines
            .iter()
            .map(|(child, day)| ReceiptLineView {
                child: *child,
                day: *day,
            })
            .collect(),
        undo_until: undo_until(days, act.choice, lines),
        text: act.receipt_text,
        signature: act.signature,
    }
}

/// The earliest cut-off of the opposite choice among the days; none where one of them has closed.
fn undo_until(days: &Days, choice: Choice, lines: &[(ChildId, ServiceDay)]) -> Option<Instant> {
    let mut earliest: Option<Instant> = None;
    for (child, day) in lines {
        let child = days.child(*child)?;
        let known = days.day(child, *day);
        if known.frozen || known.service.is_err() {
            return None;
        }
        let closes = days
            .cut_offs(child, *day)
            .ok()?
            .of(opposite(choice).action())
            .closes(*day);
        earliest = Some(earliest.map_or(closes, |earliest| earliest.min(closes)));
    }
    earliest.filter(|closes| days.now < *closes)
}

fn naming(child: &FamilyChild) -> Naming {
    Naming {
        badge: child.badge.clone(),
        first_name: child.first_name.clone(),
        surname: child.surname.clone(),
    }
}
