//! The office's rows to notices: rows with one number are lines of one notice, checked all together, written once.

use super::{
    creditor::Creditor,
    names::names,
    numbers::{NumberError, fresh_number},
};
use crate::{
    clock::{Chance, fresh},
    config::PagopaSection,
    import::{
        columns::NOTICES,
        files::{self, At, Rows},
        known::italian,
        notices::MOST_OF_A_NOTICE,
        report::{Findings, Noun, Problem, Report},
    },
};
use domain::{
    Cents, ChildId, Instant, NoticeId, PersonId, ServiceDay, notice::NoticeKind, time::day_in_rome,
    topup::TopUpState,
};
use pagopa::{Causale, gpd::Iupd};
use std::collections::{BTreeMap, HashMap};
use storage::{
    StorageError, Tx,
    bodies::Body,
    notices::{self, Notice, NoticeLine},
    registry,
};

/// Everything that issuing looks at.
pub struct Issue<'a> {
    /// Who asks for the money.
    pub body: &'a Body,
    /// What the configuration says of pagoPA.
    pub pagopa: &'a PagopaSection,
    /// The rows.
    pub rows: &'a Rows<files::Notice>,
    /// When.
    pub now: Instant,
    /// For identifiers.
    pub chance: &'a dyn Chance,
    /// What became of them.
    pub report: &'a mut Report,
    /// Where problems go.
    pub findings: &'a mut Findings,
}

/// What the portal holds of the people whom the rows name.
struct Register {
    people: HashMap<String, PersonId>,
    badges: HashMap<String, ChildId>,
    children: HashMap<ChildId, registry::Child>,
    /// Child by adult; and whether the bond still holds.
    bonds: HashMap<PersonId, Vec<(ChildId, bool)>>,
}

impl Register {
    fn load(tx: &mut dyn Tx, body: &Body) -> Result<Self, StorageError> {
        let mut bonds: HashMap<PersonId, Vec<(ChildId, bool)>> = HashMap::new();
        for bond in registry::bonds(tx, body.id)? {
            bonds
                .entry(bond.person)
                .or_default()
                .push((bond.child, !bond.ended));
        }
        let people = registry::people(tx, body.id)?.into_iter();
        let children = registry::children(tx, body.id)?.into_iter();
        Ok(Self {
            people: people.map(|person| (person.fiscal_code, person.id)).collect(),
            badges: registry::badges(tx, body.id)?.into_iter().collect(),
            children: children.map(|child| (child.id, child)).collect(),
            bonds,
        })
    }

    fn bonds_of(&self, person: PersonId) -> &[(ChildId, bool)] {
        self.bonds.get(&person).map_or(&[], Vec::as_slice)
    }
}

/// A notice that was checked.
struct Draft {
    reference: String,
    person: PersonId,
    kind: NoticeKind,
    subject: String,
    causale: Causale,
    amount: Cents,
    due: ServiceDay,
    lines: Vec<NoticeLine>,
}

impl Draft {
    /// Whether a notice says the same. Wallets are left out: a child's may have become another one.
    fn is(&self, known: &Notice) -> bool {
        let said = |line: &NoticeLine| (line.child, line.amount, line.description.clone());
        (known.person, known.kind, known.due_day) == (self.person, self.kind, self.due)
            && known.subject == self.subject
            && known.lines.iter().map(said).eq(self.lines.iter().map(said))
    }
}

impl Issue<'_> {
    /// Checks every notice, then writes those that are not there yet; nothing where anything is wrong.
    pub fn run(&mut self, tx: &mut dyn Tx) -> Result<(), StorageError> {
        let creditor = match Creditor::of(self.pagopa, self.body) {
            Ok(creditor) => creditor,
            Err(error) => {
                self.findings
                    .error(Problem::file(NOTICES.file, error.to_string()));
                return Ok(());
            }
        };
        let register = Register::load(tx, self.body)?;
        let mut groups: BTreeMap<&str, Vec<&At<files::Notice>>> = BTreeMap::new();
        for at in &self.rows.rows {
            groups.entry(&at.row.reference).or_default().push(at);
        }
        let mut drafts = Vec::new();
        for rows in groups.values() {
            let Some(draft) = self.draft(rows, &register, &creditor) else {
                continue;
            };
            match notices::by_reference(tx, self.body.id, &draft.reference)? {
                None => {
                    self.warn_of_past(rows, &draft);
                    drafts.push(draft);
                }
                Some(known) if draft.is(&known) => self.report.count(Noun::Notice).unchanged += 1,
                Some(known) => self.refuse_change(rows, &known),
            }
        }
        if self.findings.errors.is_empty() {
            for draft in drafts {
                match self.write(tx, draft, &creditor) {
                    Ok(()) => self.report.count(Noun::Notice).created += 1,
                    Err(NumberError::Storage(error)) => return Err(error),
                    Err(error) => self
                        .findings
                        .error(Problem::file(NOTICES.file, error.to_string())),
                }
            }
        }
        Ok(())
    }

    fn error(&mut self, line: usize, column: &str, message: impl Into<String>) {
        self.findings
            .error(Problem::at(NOTICES.file, line, Some(column), message));
    }

    fn draft(
        &mut self,
        rows: &[&At<files::Notice>],
        register: &Register,
        creditor: &Creditor,
    ) -> Option<Draft> {
        let before = self.findings.errors.len();
        let (first, rest) = rows.split_first()?;
        for at in rest {
            for (column, differs) in [
                ("codice_fiscale", at.row.fiscal_code != first.row.fiscal_code),
                ("tipo", at.row.kind != first.row.kind),
                ("scadenza", at.row.due != first.row.due),
            ] {
                if differs {
                    let message = format!(
                        "le righe con lo stesso numero sono un avviso solo, e la riga {} dice un'altra cosa. Scrivi lo stesso valore, oppure un altro numero.",
                        first.line
                    );
                    self.error(at.line, column, message);
                }
            }
        }
        let Some(person) = register.people.get(first.row.fiscal_code.as_str()).copied() else {
            let message = format!(
                "{} non è tra gli adulti di questo ente. Controlla il codice fiscale, o aggiungilo in genitori.csv.",
                first.row.fiscal_code
            );
            self.error(first.line, "codice_fiscale", message);
            return None;
        };
        let lines = rows
            .iter()
            .filter_map(|at| self.line(at, person, register))
            .collect();
        let amount = rows.iter().map(|at| at.row.amount).sum::<Cents>();
        if amount > MOST_OF_A_NOTICE {
            self.error(
                first.line,
                "importo",
                "la somma delle righe è troppo grande per un avviso pagoPA.",
            );
        }
        let causale = creditor.causale(&first.row.subject);
        if let Err(error) = &causale {
            self.error(
                first.line,
                "oggetto",
                format!("non può passare per le banche: {error}"),
            );
        }
        let draft = Draft {
            reference: first.row.reference.clone(),
            person,
            kind: first.row.kind,
            subject: first.row.subject.clone(),
            causale: causale.ok()?,
            amount,
            due: first.row.due,
            lines,
        };
        (self.findings.errors.len() == before).then_some(draft)
    }

    /// One line: for whom, and which wallet it credits. A fee credits none.
    fn line(&mut self, at: &At<files::Notice>, person: PersonId, register: &Register) -> Option<NoticeLine> {
        let bonds = register.bonds_of(person);
        let mut children = bonds.iter().filter_map(|(child, _)| register.children.get(child));
        if children.any(|child| names(&at.row.subject, &child.first_name, &child.surname)) {
            let message = "nomina un alunno di questa famiglia. L'oggetto passa per le banche e si stampa: togli nome e cognome, e scrivi il badge nella sua colonna.";
            self.error(at.line, "oggetto", message);
        }
        let child = match &at.row.badge {
            None => None,
            Some(badge) => {
                let child = register.badges.get(badge.as_str()).copied();
                let own = child.filter(|child| bonds.contains(&(*child, true)));
                if own.is_none() {
                    let message = format!(
                        "il badge {badge} non è di un alunno di {}. Controlla il badge o il codice fiscale.",
                        at.row.fiscal_code
                    );
                    self.error(at.line, "badge", message);
                    return None;
                }
                own.and_then(|child| register.children.get(&child))
            }
        };
        let credits = at.row.kind == NoticeKind::Invoice;
        Some(NoticeLine {
            child: child.map(|child| child.id),
            wallet: child.filter(|_| credits).map(|child| child.wallet),
            amount: at.row.amount,
            meals: None,
            description: Some(at.row.subject.clone()),
        })
    }

    fn warn_of_past(&mut self, rows: &[&At<files::Notice>], draft: &Draft) {
        if let (Some(first), true) = (rows.first(), draft.due < day_in_rome(self.now)) {
            let message = "la scadenza è già passata. L'avviso si può pagare lo stesso.";
            self.findings
                .warn(Problem::at(NOTICES.file, first.line, Some("scadenza"), message));
        }
    }

    fn refuse_change(&mut self, rows: &[&At<files::Notice>], known: &Notice) {
        let Some(first) = rows.first() else { return };
        let number = &first.row.reference;
        let message = match known.state {
            TopUpState::Paid => {
                format!(
                    "l'avviso {number} è già pagato e non si cambia. Per chiedere altro usa un numero nuovo."
                )
            }
            TopUpState::Cancelled => {
                format!("l'avviso {number} è stato ritirato con altri dati. Usa un numero nuovo.")
            }
            TopUpState::Preparing | TopUpState::Payable | TopUpState::Verifying => format!(
                "l'avviso {number} è già emesso con altri dati ({} €, scadenza {}) e non si cambia. Rimetti quei dati, oppure ritiralo con «refettorio-portal withdraw --body {} --numero {number}» ed emetti quello giusto con un numero nuovo.",
                known.amount,
                italian(known.due_day),
                self.body.slug
            ),
        };
        self.error(first.line, "numero", message);
    }

    fn write(&self, tx: &mut dyn Tx, draft: Draft, creditor: &Creditor) -> Result<(), NumberError> {
        let number = fresh_number(tx, self.pagopa, self.body, creditor)?;
        let id = fresh(self.chance, self.now, NoticeId::from_parts);
        let notice = Notice {
            id,
            body: self.body.id,
            person: draft.person,
            kind: draft.kind,
            reference: Some(draft.reference),
            nav: number.to_string(),
            iupd: Iupd::of(creditor.fiscal_code, id).to_string(),
            amount: draft.amount,
            subject: draft.subject,
            causale: draft.causale.to_string(),
            state: TopUpState::Preparing,
            created_at: self.now,
            published_at: None,
            due_day: draft.due,
            paid_at: None,
            lines: draft.lines,
            attempt: None,
        };
        Ok(notices::insert(tx, &notice, &number.iuv())?)
    }
}
