//! What the portal already holds of a body, by natural key, and the school years to reckon with.

use chrono::Datelike;
use domain::{
    BodyId, ChildId, PersonId, SchoolId, ServiceDay, WalletId, calendar::SchoolYear, people::BondKind,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use storage::{StorageError, Tx, bodies, calendar, registry};

/// The rows of a body before the import; nothing for a new body.
#[derive(Debug, Default)]
pub struct Known {
    /// The body itself.
    pub body: Option<bodies::Body>,
    /// School years.
    pub years: Vec<SchoolYear>,
    /// Cut-offs.
    pub cut_offs: Vec<bodies::CutOffRule>,
    /// By code.
    pub schools: HashMap<String, registry::School>,
    /// By school and code.
    pub classes: HashMap<(SchoolId, String), registry::Class>,
    /// Oldest first.
    pub tariffs: Vec<registry::Tariff>,
    /// By fiscal code.
    pub children: HashMap<String, registry::Child>,
    /// By badge code.
    pub badges: HashMap<String, ChildId>,
    /// Children with postings.
    pub posted: HashSet<ChildId>,
    /// By fiscal code.
    pub people: HashMap<String, registry::Person>,
    /// By adult and child.
    pub bonds: HashMap<(PersonId, ChildId), registry::Bond>,
    /// By child and school year.
    pub enrolments: HashMap<(ChildId, String), registry::Enrolment>,
    /// In no order.
    pub closures: Vec<registry::Closure>,
    /// By cause.
    pub openings: HashMap<String, registry::Opening>,
    /// Last frozen day of each school.
    pub frozen: HashMap<SchoolId, ServiceDay>,
    /// Adults with a password.
    pub credentials: HashSet<PersonId>,
}

impl Known {
    /// Everything of the body with that short name.
    pub fn load(tx: &mut dyn Tx, slug: &str) -> Result<Self, StorageError> {
        let Some(body) = bodies::by_slug(tx, slug)? else {
            return Ok(Self::default());
        };
        let id = body.id;
        Ok(Self {
            body: Some(body),
            years: calendar::rules(tx, id)?
                .calendars
                .into_iter()
                .map(|calendar| calendar.year)
                .collect(),
            cut_offs: bodies::cut_offs(tx, id)?,
            schools: keyed(registry::schools(tx, id)?, |row| row.code.clone()),
            classes: keyed(registry::classes(tx, id)?, |row| (row.school, row.code.clone())),
            tariffs: registry::tariffs(tx, id)?,
            children: keyed(registry::children(tx, id)?, |row| row.fiscal_code.clone()),
            badges: registry::badges(tx, id)?.into_iter().collect(),
            posted: registry::children_with_postings(tx, id)?,
            people: keyed(registry::people(tx, id)?, |row| row.fiscal_code.clone()),
            bonds: keyed(registry::bonds(tx, id)?, |row| (row.person, row.child)),
            enrolments: keyed(registry::enrolments(tx, id)?, |row| (row.child, row.year.clone())),
            closures: registry::closures(tx, id)?,
            openings: keyed(registry::openings(tx, id)?, |row| row.cause.clone()),
            frozen: registry::last_frozen(tx, id)?.into_iter().collect(),
            credentials: registry::people_with_credential(tx, id)?,
        })
    }

    /// The body's identity.
    pub fn id(&self) -> Option<BodyId> {
        self.body.as_ref().map(|body| body.id)
    }

    /// Child's fiscal code → its payer's, of the bonds that hold.
    pub fn payers(&self) -> HashMap<&str, &str> {
        let people: HashMap<PersonId, &str> = self
            .people
            .iter()
            .map(|(code, row)| (row.id, code.as_str()))
            .collect();
        let children: HashMap<ChildId, &str> = self
            .children
            .iter()
            .map(|(code, row)| (row.id, code.as_str()))
            .collect();
        let payers = self
            .bonds
            .values()
            .filter(|bond| bond.kind == BondKind::Payer && !bond.ended);
        payers
            .filter_map(|bond| Some((*children.get(&bond.child)?, *people.get(&bond.person)?)))
            .collect()
    }

    /// The wallet that each payer's family keeps, given who pays for each child from now on. A wallet goes with
    /// its children: where all of them change their payer together it goes with them to the new one, where they
    /// part it stays with the old one.
    pub fn family_wallets(&self, payers: &HashMap<&str, &str>) -> BTreeMap<String, WalletId> {
        let before = self.payers();
        let mut by_wallet: BTreeMap<WalletId, Vec<&str>> = BTreeMap::new();
        for (code, child) in &self.children {
            by_wallet.entry(child.wallet).or_default().push(code);
        }
        let mut wallets = BTreeMap::new();
        for (wallet, children) in by_wallet {
            let after: HashSet<&str> = children
                .iter()
                .filter_map(|code| payers.get(code).copied())
                .collect();
            let old = children
                .iter()
                .filter_map(|code| before.get(code).copied())
                .find(|old| after.contains(old));
            if let Some(payer) = old.or_else(|| after.into_iter().min()) {
                wallets.entry(payer.to_owned()).or_insert(wallet);
            }
        }
        wallets
    }
}

fn keyed<K: Eq + std::hash::Hash, T>(rows: Vec<T>, key: impl Fn(&T) -> K) -> HashMap<K, T> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

/// The school years of the body: those of `ente.toml`, and the portal's others.
#[derive(Debug, Clone, Default)]
pub struct Years(Vec<SchoolYear>);

impl Years {
    /// Oldest first.
    pub fn new(file: &[SchoolYear], known: &[SchoolYear]) -> Self {
        let others = known
            .iter()
            .filter(|old| file.iter().all(|new| new.name != old.name));
        let mut all: Vec<SchoolYear> = file.iter().chain(others).cloned().collect();
        all.sort_by_key(|year| year.first);
        Self(all)
    }

    /// The year with that name.
    pub fn named(&self, name: &str) -> Option<&SchoolYear> {
        self.0.iter().find(|year| year.name == name)
    }

    /// The named year, or the last where no name is given.
    pub fn named_or_last(&self, name: Option<&str>) -> Option<&SchoolYear> {
        name.map_or_else(|| self.0.last(), |name| self.named(name))
    }

    /// The named year; otherwise the one that a balance of that day opens: the first that has not ended then.
    pub fn of_balance(&self, name: Option<&str>, day: ServiceDay) -> Option<&SchoolYear> {
        match name {
            Some(name) => self.named(name),
            None => self.0.iter().find(|year| day <= year.last).or(self.0.last()),
        }
    }

    /// Their names, to tell which there are.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|year| year.name.as_str()).collect();
        names.join(", ")
    }
}

/// A day as Italians write it, zeros and all.
pub fn italian(day: ServiceDay) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}
