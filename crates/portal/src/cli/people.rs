//! `people`: the adults around a child, as the office decides. It alone ends a guardian, and needs a reason for it.

use super::Office;
use crate::{
    audit::{Act as Audited, Detail, Origin},
    clock::{SystemChance, fresh},
    families::{mail_of, tell, tell_others},
};
use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use domain::{
    BadgeCode, BodyId, ChildId, FiscalCode, Instant, PersonId, ServiceDay,
    message::Text,
    people::{Actor, BondKind, Grant, Rights},
    time::day_in_rome,
};
use std::process::ExitCode;
use storage::{
    StorageError, Tx, bodies,
    families::{self, Around, By, Newcomer},
};

/// Options of `people`.
#[derive(Debug, Args)]
pub struct People {
    #[command(subcommand)]
    act: Act,
    /// Short name of the body.
    #[arg(long, global = true, default_value = "")]
    body: String,
    /// A badge of the child.
    #[arg(long, global = true, default_value = "")]
    badge: String,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Who is bound to the child today, and what each may do.
    List,
    /// Binds an adult to the child, or changes what one may do.
    Add(Add),
    /// Ends an adult's bond to the child, at once; with it those of the delegates whom they brought in.
    End(End),
}

/// Options of `people add`.
#[derive(Debug, Args)]
struct Add {
    /// Codice fiscale of the adult.
    #[arg(long)]
    person: String,
    /// First name; needed where the body does not know the adult.
    #[arg(long)]
    first_name: Option<String>,
    /// Surname; the same.
    #[arg(long)]
    surname: Option<String>,
    /// Mail; only for somebody new.
    #[arg(long)]
    mail: Option<String>,
    /// To be what. The payer is changed by an import.
    #[arg(long = "as", value_enum)]
    kind: Kind,
    /// What they may do; without it everything for a guardian, and seeing and cancelling for a delegate.
    #[arg(long, value_enum, value_delimiter = ',')]
    rights: Vec<RightName>,
    /// The last day on which the bond holds.
    #[arg(long)]
    until: Option<ServiceDay>,
    /// Why, for whoever reads it later.
    #[arg(long)]
    reason: String,
}

/// Options of `people end`.
#[derive(Debug, Args)]
struct End {
    /// Codice fiscale of the adult.
    #[arg(long)]
    person: String,
    /// Why, for whoever reads it later.
    #[arg(long)]
    reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Genitore o tutore.
    Genitore,
    /// Delegato.
    Delegato,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RightName {
    /// Sees the calendar.
    Vede,
    /// Cancels meals.
    Disdice,
    /// Sees the wallet and tops it up.
    Paga,
    /// Reads the office's papers.
    Documenti,
}

/// What was asked for cannot be done; in words for the office.
#[derive(Debug, thiserror::Error)]
enum PeopleError {
    #[error("{0}")]
    Words(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

fn words(text: impl Into<String>) -> PeopleError {
    PeopleError::Words(text.into())
}

const fn kind_words(kind: BondKind) -> &'static str {
    match kind {
        BondKind::Payer => "intestatario",
        BondKind::Guardian => "genitore",
        BondKind::Delegate => "delegato",
    }
}

fn rights_words(rights: Rights) -> String {
    let all = [
        (rights.see, "vede"),
        (rights.cancel, "disdice"),
        (rights.pay, "paga"),
        (rights.documents, "documenti"),
    ];
    let held: Vec<&str> = all
        .iter()
        .filter(|(has, _)| *has)
        .map(|(_, name)| *name)
        .collect();
    if held.is_empty() {
        "niente".to_owned()
    } else {
        held.join(", ")
    }
}

fn line(one: &Around) -> String {
    let until = one.last_day.map_or_else(String::new, |day| {
        format!(" · fino al {}", day.format("%d/%m/%Y"))
    });
    let by = if one.granted_by.is_some() {
        " · invitato dalla famiglia"
    } else {
        ""
    };
    format!(
        "{} {} · {} · {}{until}{by}",
        one.first_name,
        one.surname,
        kind_words(one.held.kind),
        rights_words(one.held.rights)
    )
}

/// What `add` will grant.
fn grant(add: &Add) -> Grant {
    let has = |name| add.rights.contains(&name);
    let (kind, usual) = match add.kind {
        Kind::Genitore => (BondKind::Guardian, Rights::ALL),
        Kind::Delegato => (
            BondKind::Delegate,
            Rights {
                see: true,
                cancel: true,
                ..Rights::NONE
            },
        ),
    };
    let rights = if add.rights.is_empty() {
        usual
    } else {
        Rights {
            see: has(RightName::Vede) || has(RightName::Disdice),
            cancel: has(RightName::Disdice),
            pay: has(RightName::Paga),
            documents: has(RightName::Documenti),
        }
    };
    Grant {
        kind,
        rights,
        last_day: add.until,
    }
}

/// The adult, or somebody new with the names that were given.
fn adult(
    tx: &mut dyn Tx,
    body: BodyId,
    fiscal_code: &FiscalCode,
    add: &Add,
    now: Instant,
) -> Result<PersonId, PeopleError> {
    if let Some(known) = families::person(tx, body, fiscal_code.as_str())? {
        return Ok(known);
    }
    let (Some(first_name), Some(surname)) = (&add.first_name, &add.surname) else {
        return Err(words(
            "questo adulto non è ancora conosciuto: scrivi anche --first-name e --surname",
        ));
    };
    let id = fresh(&SystemChance, now, PersonId::from_parts);
    let new = Newcomer {
        id,
        fiscal_code: fiscal_code.as_str(),
        first_name,
        surname,
        mail: add.mail.as_deref(),
    };
    families::add_person(tx, body, &new)?;
    Ok(id)
}

fn add(
    tx: &mut dyn Tx,
    (body, child): (BodyId, ChildId),
    fiscal_code: &FiscalCode,
    add: &Add,
    now: Instant,
) -> Result<String, PeopleError> {
    let grant = grant(add);
    let today = day_in_rome(now);
    if grant.last_day.is_some_and(|last| last < today) {
        return Err(words("l'ultimo giorno è già passato"));
    }
    let person = adult(tx, body, fiscal_code, add, now)?;
    let before = families::between(tx, body, person, child)?;
    if before.is_some_and(|before| before.held.kind == BondKind::Payer && !before.ended) {
        return Err(words(
            "è l'intestatario: chi paga si cambia con un import di genitori.csv",
        ));
    }
    families::bind(tx, body, (person, child), grant, By::Office)?;
    families::set_reason(tx, body, (person, child), &add.reason)?;
    families::narrow(tx, body)?;
    note(tx, (body, person), Audited::AddBond, grant.kind, now)?;
    let Grant {
        kind: role, last_day, ..
    } = grant;
    let whom = Actor { body, person };
    let text = |name, children| Text::BondAdded {
        name,
        children,
        role,
        last_day,
    };
    tell_others(tx, &SystemChance, whom, &[child], person, now, text)?;
    Ok(format!(
        "Aggiunto: {}, {}",
        kind_words(role),
        rights_words(grant.rights)
    ))
}

fn end(
    tx: &mut dyn Tx,
    (body, child): (BodyId, ChildId),
    fiscal_code: &FiscalCode,
    reason: &str,
    now: Instant,
) -> Result<String, PeopleError> {
    let unknown = || words("nessun legame aperto tra questo adulto e questo alunno");
    let person = families::person(tx, body, fiscal_code.as_str())?.ok_or_else(unknown)?;
    let before = families::between(tx, body, person, child)?.filter(|before| !before.ended);
    let kind = before.ok_or_else(unknown)?.held.kind;
    if kind == BondKind::Payer {
        return Err(words(
            "è l'intestatario, e un alunno ne ha sempre uno: prima indica il nuovo con un import di genitori.csv",
        ));
    }
    let whom = Actor { body, person };
    let first_name = families::first_name(tx, body, child)?;
    let text = |name, children| Text::BondEnded { name, children };
    tell_others(tx, &SystemChance, whom, &[child], person, now, text)?;
    tell(tx, &SystemChance, whom, person, now, |name| {
        text(name, vec![first_name.clone()])
    })?;
    families::end(tx, body, (person, child), By::Office, now)?;
    families::set_reason(tx, body, (person, child), reason)?;
    note(tx, (body, person), Audited::EndBond, kind, now)?;
    let delegates = families::end_granted(tx, body, (person, child), By::Office, now)?;
    for delegate in &delegates {
        note(tx, (body, *delegate), Audited::EndBond, BondKind::Delegate, now)?;
    }
    Ok(match delegates.len() {
        0 => "Legame chiuso".to_owned(),
        n => format!("Legame chiuso, e con esso i delegati che aveva invitato: {n}"),
    })
}

fn note(
    tx: &mut dyn Tx,
    who: (BodyId, PersonId),
    act: Audited,
    kind: BondKind,
    now: Instant,
) -> Result<(), StorageError> {
    let detail = if kind.answers() {
        Detail::Guardian
    } else {
        Detail::Delegate
    };
    Origin::office().done(tx, who, (act, detail, now))
}

fn fiscal_code(text: &str) -> Result<FiscalCode> {
    FiscalCode::parse(text).context("--person: il codice fiscale non è giusto")
}

fn reason(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        bail!("--reason: scrivi perché");
    }
    Ok(())
}

/// What is to be done, read before the database is opened.
enum Wish {
    List,
    Add(FiscalCode, Add),
    End(FiscalCode, String),
}

fn run(
    tx: &mut dyn Tx,
    (slug, badge): (&str, &BadgeCode),
    wish: &Wish,
    now: Instant,
) -> Result<Vec<String>, PeopleError> {
    let body = bodies::by_slug(tx, slug)?;
    let body =
        body.ok_or_else(|| words(format!("non c'è nessun ente «{slug}»: `check-config` li elenca")))?;
    let child = families::child_of_badge(tx, body.id, badge)?;
    let child = child.ok_or_else(|| words(format!("nessun alunno ha il badge {badge}")))?;
    match wish {
        Wish::List => {
            let mut lines = Vec::new();
            for one in families::around(tx, body.id, child, day_in_rome(now))? {
                let actor = Actor {
                    body: body.id,
                    person: one.person,
                };
                let reached = if mail_of(tx, actor)?.is_some() {
                    ""
                } else {
                    " · senza e-mail verificata"
                };
                lines.push(format!("{}{reached}", line(&one)));
            }
            Ok(lines)
        }
        Wish::Add(person, options) => Ok(vec![add(tx, (body.id, child), person, options, now)?]),
        Wish::End(person, reason) => Ok(vec![end(tx, (body.id, child), person, reason, now)?]),
    }
}

impl People {
    #[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
    pub(super) fn run(self, office: &Office) -> Result<ExitCode> {
        let badge =
            BadgeCode::parse(&self.badge).context("--badge: il codice badge ha da 4 a 16 lettere e cifre")?;
        let wish = match self.act {
            Act::List => Wish::List,
            Act::Add(options) => {
                reason(&options.reason)?;
                Wish::Add(fiscal_code(&options.person)?, options)
            }
            Act::End(options) => {
                reason(&options.reason)?;
                Wish::End(fiscal_code(&options.person)?, options.reason)
            }
        };
        let (store, now) = (office.store()?, office.clock()?.now());
        let slug = self.body;
        let lines = store.write_blocking(move |tx| run(tx, (&slug, &badge), &wish, now));
        store.close_blocking();
        for line in lines? {
            println!("{line}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_may_do_is_told_in_words() {
        assert_eq!(rights_words(Rights::ALL), "vede, disdice, paga, documenti");
        assert_eq!(rights_words(Rights::NONE), "niente");
    }

    #[test]
    fn a_delegate_of_the_office_sees_and_cancels_unless_told_otherwise() {
        let mut add = Add {
            person: String::new(),
            first_name: None,
            surname: None,
            mail: None,
            kind: Kind::Delegato,
            rights: Vec::new(),
            until: None,
            reason: String::new(),
        };
        let rights = grant(&add).rights;
        assert!(rights.see && rights.cancel && !rights.pay && !rights.documents);
        add.rights = vec![RightName::Disdice];
        assert!(grant(&add).rights.see);
    }
}
