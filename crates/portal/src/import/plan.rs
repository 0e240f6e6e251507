//! Writes what was checked: each row is compared with what the portal holds under the same natural key, then
//! added, changed, or left as it is. Rows that the files do not name are left alone.

use super::{
    check,
    files::{At, Files},
    known::{Known, Years},
    letters::Credentials,
    report::{Findings, Noun, Problem, Report},
    settings::BodyFile,
};
use crate::{
    clock::{Chance, fresh},
    telling::{self, Teller},
};
use domain::{
    BodyId, Cents, ChildId, ClassGroupId, ClosureId, EnrolmentId, Instant, PersonId, PostingId, SchoolId,
    TariffId, WalletId,
    people::Actor,
    price::Tariff as Version,
    wallet::{Cause, PostingKind, WalletScope},
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use storage::{StorageError, Tx, audit, bodies, calendar, ledger, people, registry};

/// Everything that writing needs.
pub struct Plan<'a> {
    /// `ente.toml`.
    pub body: &'a BodyFile,
    /// The CSV files.
    pub files: &'a Files,
    /// What the portal holds.
    pub known: &'a Known,
    /// School years.
    pub years: &'a Years,
    /// Provisional passwords by the adult's fiscal code.
    pub credentials: &'a Credentials,
    /// When.
    pub now: Instant,
    /// For identifiers.
    pub chance: &'a dyn Chance,
    /// What became of the rows.
    pub report: &'a mut Report,
    /// Warnings.
    pub findings: &'a mut Findings,
}

/// Old against new.
enum Fate<T> {
    Create(T),
    Update(T),
    Keep,
}

fn fate<T: PartialEq>(old: Option<&T>, new: T) -> Fate<T> {
    match old {
        None => Fate::Create(new),
        Some(old) if *old == new => Fate::Keep,
        Some(_) => Fate::Update(new),
    }
}

impl Plan<'_> {
    /// Writes everything, in the order of who refers to whom.
    pub fn write(&mut self, tx: &mut dyn Tx) -> Result<BodyId, StorageError> {
        let id = self.settings(tx)?;
        let schools = self.schools(tx, id)?;
        self.cut_offs(tx, id, &schools)?;
        let classes = self.classes(tx, id, &schools)?;
        self.tariffs(tx, id)?;
        let people = self.people(tx, id)?;
        let children = self.children(tx, id)?;
        self.bonds(tx, id, &people, &children)?;
        self.enrolments(tx, id, &schools, &classes, &children)?;
        self.closures(tx, id, &schools, &classes)?;
        self.openings(tx, id, &children)?;
        self.credentials(tx, id, &people)?;
        Ok(id)
    }

    fn fresh<T>(&self, make: fn(u64, [u8; 10]) -> T) -> T {
        fresh(self.chance, self.now, make)
    }

    /// Counts a row and writes it where it is new or other than before; `save` is told whether it was known.
    fn keep<T: PartialEq>(
        &mut self,
        noun: Noun,
        old: Option<&T>,
        new: T,
        save: impl FnOnce(&T, bool) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let fate = fate(old, new);
        let count = self.report.count(noun);
        match fate {
            Fate::Create(new) => {
                count.created += 1;
                save(&new, false)
            }
            Fate::Update(new) => {
                count.updated += 1;
                save(&new, true)
            }
            Fate::Keep => {
                count.unchanged += 1;
                Ok(())
            }
        }
    }

    fn absent(&mut self, noun: Noun, known: usize, named: usize) {
        self.report.count(noun).absent = known.saturating_sub(named);
    }

    fn settings(&mut self, tx: &mut dyn Tx) -> Result<BodyId, StorageError> {
        let (file, known) = (self.body, self.known);
        let id = known.id().unwrap_or_else(|| self.fresh(BodyId::from_parts));
        let new = bodies::Body {
            id,
            slug: file.slug.clone(),
            name: file.name.clone(),
            settings: file.settings.clone(),
            pagopa: file.pagopa.as_ref().map(ToString::to_string),
        };
        let now = self.now;
        let before = known
            .body
            .as_ref()
            .and_then(|body| body.settings.badge_reason.clone());
        self.keep(Noun::Body, known.body.as_ref(), new, |new, _| {
            bodies::save(tx, new, now)?;
            if new.settings.badge_reason.is_some() && new.settings.badge_reason != before {
                offers_badge(tx, id, now)?;
            }
            Ok(())
        })?;
        for year in &file.years {
            let old = known.years.iter().find(|old| old.name == year.name);
            self.keep(Noun::Body, old, year.clone(), |new, _| {
                bodies::save_year(tx, id, new)
            })?;
        }
        Ok(id)
    }

    fn cut_offs(
        &mut self,
        tx: &mut dyn Tx,
        id: BodyId,
        schools: &HashMap<String, SchoolId>,
    ) -> Result<(), StorageError> {
        let (file, known) = (self.body, self.known);
        for rule in &file.cut_offs {
            let school = match &rule.school {
                None => None,
                Some(code) => Some(found(schools, code)?),
            };
            let new = bodies::CutOffRule {
                school,
                action: rule.action,
                rule: rule.rule,
            };
            let old = known
                .cut_offs
                .iter()
                .find(|old| old.school == school && old.action == new.action);
            self.keep(Noun::Body, old, new, |new, _| bodies::save_cut_off(tx, id, new))?;
        }
        Ok(())
    }

    fn schools(&mut self, tx: &mut dyn Tx, id: BodyId) -> Result<HashMap<String, SchoolId>, StorageError> {
        let (files, known) = (self.files, self.known);
        let mut ids: HashMap<String, SchoolId> = known
            .schools
            .iter()
            .map(|(code, row)| (code.clone(), row.id))
            .collect();
        for At { row, .. } in &files.schools.rows {
            let old = known.schools.get(&row.code);
            let school = old.map_or_else(|| self.fresh(SchoolId::from_parts), |old| old.id);
            let new = registry::School {
                id: school,
                code: row.code.clone(),
                name: row.name.clone(),
            };
            self.keep(Noun::School, old, new, |new, known| {
                registry::save_school(tx, id, new, known)
            })?;
            ids.insert(row.code.clone(), school);
        }
        let named = files
            .schools
            .rows
            .iter()
            .filter(|at| known.schools.contains_key(&at.row.code))
            .count();
        self.absent(Noun::School, known.schools.len(), named);
        Ok(ids)
    }

    fn classes(
        &mut self,
        tx: &mut dyn Tx,
        id: BodyId,
        schools: &HashMap<String, SchoolId>,
    ) -> Result<HashMap<(SchoolId, String), ClassGroupId>, StorageError> {
        let (files, known) = (self.files, self.known);
        let mut ids: HashMap<(SchoolId, String), ClassGroupId> = known
            .classes
            .iter()
            .map(|(key, row)| (key.clone(), row.id))
            .collect();
        let mut named = 0;
        for At { row, .. } in &files.classes.rows {
            let key = (found(schools, &row.school)?, row.code.clone());
            let old = known.classes.get(&key);
            named += usize::from(old.is_some());
            let class = old.map_or_else(|| self.fresh(ClassGroupId::from_parts), |old| old.id);
            let new = registry::Class {
                id: class,
                school: key.0,
                code: row.code.clone(),
                name: row.name.clone(),
            };
            self.keep(Noun::ClassGroup, old, new, |new, known| {
                registry::save_class(tx, id, new, known)
            })?;
            ids.insert(key, class);
        }
        self.absent(Noun::ClassGroup, known.classes.len(), named);
        Ok(ids)
    }

    fn tariffs(&mut self, tx: &mut dyn Tx, id: BodyId) -> Result<(), StorageError> {
        let (files, known) = (self.files, self.known);
        let mut named = 0;
        for At { row, .. } in &files.tariffs.rows {
            let same =
                |old: &&registry::Tariff| old.version.code == row.code && old.version.first == row.first;
            let old = known.tariffs.iter().find(same);
            named += usize::from(old.is_some());
            let version = Version {
                code: row.code.clone(),
                first: row.first,
                last: row.last,
                net: row.net,
                vat: row.vat,
            };
            let tariff = old.map_or_else(|| self.fresh(TariffId::from_parts), |old| old.id);
            let new = registry::Tariff { id: tariff, version };
            self.keep(Noun::Tariff, old, new, |new, known| {
                registry::save_tariff(tx, id, new, known)
            })?;
        }
        self.absent(Noun::Tariff, known.tariffs.len(), named);
        Ok(())
    }

    fn people(&mut self, tx: &mut dyn Tx, id: BodyId) -> Result<HashMap<String, PersonId>, StorageError> {
        let (files, known) = (self.files, self.known);
        let mut ids: HashMap<String, PersonId> = known
            .people
            .iter()
            .map(|(code, row)| (code.clone(), row.id))
            .collect();
        // One row a child: the contacts may stand in any of a person's rows.
        let mut merged: BTreeMap<&str, registry::Person> = BTreeMap::new();
        for At { row, .. } in &files.adults.rows {
            let code = row.fiscal_code.as_str();
            if !merged.contains_key(code) {
                let old = known.people.get(code);
                let person = old.map_or_else(|| self.fresh(PersonId::from_parts), |old| old.id);
                merged.insert(
                    code,
                    registry::Person {
                        id: person,
                        fiscal_code: code.to_owned(),
                        first_name: row.first_name.clone(),
                        surname: row.surname.clone(),
                        email: None,
                        phone: None,
                    },
                );
            }
            if let Some(person) = merged.get_mut(code) {
                person.email = person.email.take().or_else(|| row.email.clone());
                person.phone = person.phone.take().or_else(|| row.phone.clone());
            }
        }
        let named = merged
            .keys()
            .filter(|code| known.people.contains_key(**code))
            .count();
        for (code, new) in merged {
            ids.insert(code.to_owned(), new.id);
            if known.people.contains_key(code) {
                people::forget_declared(tx, new.id, self.now)?;
            }
            self.keep(Noun::Person, known.people.get(code), new, |new, known| {
                registry::save_person(tx, id, new, known)
            })?;
        }
        self.absent(Noun::Person, known.people.len(), named);
        Ok(ids)
    }

    fn children(&mut self, tx: &mut dyn Tx, id: BodyId) -> Result<HashMap<String, ChildId>, StorageError> {
        let (files, known, scope) = (self.files, self.known, self.body.settings.wallet_scope);
        let mut ids: HashMap<String, ChildId> = known
            .children
            .iter()
            .map(|(code, row)| (code.clone(), row.id))
            .collect();
        let payers = check::payers(files, known);
        let mut wallets = if scope == WalletScope::Family {
            known.family_wallets(&payers)
        } else {
            BTreeMap::new()
        };
        let mut named = HashSet::new();
        for At { row, .. } in &files.children.rows {
            let code = row.fiscal_code.as_str();
            named.insert(code);
            let old = known.children.get(code);
            let wallet = self.wallet(tx, id, old, payers.get(code).copied(), &mut wallets)?;
            let child = old.map_or_else(|| self.fresh(ChildId::from_parts), |old| old.id);
            let new = registry::Child {
                id: child,
                fiscal_code: code.to_owned(),
                first_name: row.first_name.clone(),
                surname: row.surname.clone(),
                born_on: row.born_on,
                wallet,
            };
            let badge = row.badge.as_str();
            let fresh_badge = !known.badges.contains_key(badge);
            let changed = old.is_none_or(|old| *old != new);
            let count = self.report.count(Noun::Child);
            match (old, changed || fresh_badge) {
                (None, _) => count.created += 1,
                (Some(_), true) => count.updated += 1,
                (Some(_), false) => count.unchanged += 1,
            }
            if changed {
                registry::save_child(tx, id, &new, old.is_some())?;
            }
            if fresh_badge {
                registry::add_badge(tx, id, badge, child)?;
            }
            ids.insert(code.to_owned(), child);
        }
        // Children that only genitori.csv names: their wallet follows their payer.
        for (code, payer) in &payers {
            let Some(old) = known.children.get(*code).filter(|_| !named.contains(code)) else {
                continue;
            };
            let wallet = self.wallet(tx, id, Some(old), Some(payer), &mut wallets)?;
            if wallet != old.wallet {
                registry::save_child(
                    tx,
                    id,
                    &registry::Child {
                        wallet,
                        ..old.clone()
                    },
                    true,
                )?;
            }
        }
        let named = named
            .iter()
            .filter(|code| known.children.contains_key(**code))
            .count();
        self.absent(Noun::Child, known.children.len(), named);
        Ok(ids)
    }

    /// The wallet of a child: its own, or that of its payer's family, made where there is none.
    fn wallet(
        &self,
        tx: &mut dyn Tx,
        id: BodyId,
        old: Option<&registry::Child>,
        payer: Option<&str>,
        wallets: &mut BTreeMap<String, WalletId>,
    ) -> Result<WalletId, StorageError> {
        let scope = self.body.settings.wallet_scope;
        let kept = match (scope, payer) {
            (WalletScope::Family, Some(payer)) => wallets.get(payer).copied(),
            _ => old.map(|old| old.wallet),
        };
        if let Some(wallet) = kept {
            return Ok(wallet);
        }
        let wallet = self.fresh(WalletId::from_parts);
        registry::add_wallet(tx, id, wallet, scope)?;
        if let (WalletScope::Family, Some(payer)) = (scope, payer) {
            wallets.insert(payer.to_owned(), wallet);
        }
        Ok(wallet)
    }

    fn bonds(
        &mut self,
        tx: &mut dyn Tx,
        id: BodyId,
        people: &HashMap<String, PersonId>,
        children: &HashMap<String, ChildId>,
    ) -> Result<(), StorageError> {
        let (files, known) = (self.files, self.known);
        let mut named = 0;
        for At { line, row } in &files.adults.rows {
            let key = (
                found(people, row.fiscal_code.as_str())?,
                found(children, row.child.as_str())?,
            );
            let old = known.bonds.get(&key);
            named += usize::from(old.is_some());
            if old.is_some_and(|old| old.ended) {
                let message = "questo legame è stato chiuso nel portale e resta chiuso.";
                self.findings
                    .warn(Problem::at("genitori.csv", *line, Some("tipo"), message));
            }
            let (first, last) = row
                .days
                .or_else(|| old.map(|old| (old.first, old.last)))
                .unwrap_or_default();
            let new = registry::Bond {
                person: key.0,
                child: key.1,
                kind: row.kind,
                rights: row.rights,
                first,
                last,
                ended: old.is_some_and(|old| old.ended),
            };
            self.keep(Noun::Bond, old, new, |new, known| {
                registry::save_bond(tx, id, new, known)
            })?;
            if old.is_some() {
                registry::claim_bond(tx, id, key.0, key.1)?;
            }
        }
        self.absent(Noun::Bond, known.bonds.len(), named);
        // What the office took from a guardian, nobody whom they brought in keeps.
        storage::families::narrow(tx, id)
    }

    fn enrolments(
        &mut self,
        tx: &mut dyn Tx,
        id: BodyId,
        schools: &HashMap<String, SchoolId>,
        classes: &HashMap<(SchoolId, String), ClassGroupId>,
        children: &HashMap<String, ChildId>,
    ) -> Result<(), StorageError> {
        let (files, known, years) = (self.files, self.known, self.years);
        let mut named = 0;
        for At { row, .. } in &files.enrolments.rows {
            let child = found(children, row.child.as_str())?;
            let school = found(schools, &row.school)?;
            let class = classes
                .get(&(school, row.class.clone()))
                .copied()
                .ok_or_else(|| missing(&row.class))?;
            let year = years.named(&row.year).ok_or_else(|| missing(&row.year))?;
            let key = (child, row.year.clone());
            let old = known.enrolments.get(&key);
            named += usize::from(old.is_some());
            let new = registry::Enrolment {
                id: old.map_or_else(|| self.fresh(EnrolmentId::from_parts), |old| old.id),
                child,
                year: row.year.clone(),
                terms: domain::calendar::Enrolment {
                    school,
                    class,
                    first: row.first.unwrap_or(year.first),
                    last: row.last.unwrap_or(year.last),
                    use_days: row.use_days,
                    tariff: row.tariff.clone(),
                },
            };
            self.keep(Noun::Enrolment, old, new, |new, known| {
                registry::save_enrolment(tx, id, new, known)
            })?;
        }
        self.absent(Noun::Enrolment, known.enrolments.len(), named);
        Ok(())
    }

    fn closures(
        &mut self,
        tx: &mut dyn Tx,
        id: BodyId,
        schools: &HashMap<String, SchoolId>,
        classes: &HashMap<(SchoolId, String), ClassGroupId>,
    ) -> Result<(), StorageError> {
        let (files, known, years, now) = (self.files, self.known, self.years, self.now);
        let chance = self.chance;
        let mut named = 0;
        for At { row, .. } in &files.closures.rows {
            let year = years
                .named_or_last(row.year.as_deref())
                .ok_or_else(|| missing("anno"))?;
            let days = row
                .first
                .within(year.first, year.last)
                .zip(row.last.within(year.first, year.last));
            let (first, last) = days.ok_or_else(|| missing("dal"))?;
            let school = row.school.as_ref().map(|code| found(schools, code)).transpose()?;
            let class = match (school, &row.class) {
                (Some(school), Some(code)) => Some(
                    classes
                        .get(&(school, code.clone()))
                        .copied()
                        .ok_or_else(|| missing(code))?,
                ),
                _ => None,
            };
            // A closure of a class names the class alone.
            let school = school.filter(|_| class.is_none());
            let same = |old: &&registry::Closure| {
                (old.school, old.class, old.first, old.last) == (school, class, first, last)
            };
            let old = known.closures.iter().find(same);
            named += usize::from(old.is_some());
            let closure = old.map_or_else(|| self.fresh(ClosureId::from_parts), |old| old.id);
            let new = registry::Closure {
                id: closure,
                school,
                class,
                first,
                last,
                reason: row.reason.clone(),
            };
            self.keep(Noun::Closure, old, new, |new, known| {
                if known {
                    registry::reword_closure(tx, id, new)
                } else {
                    registry::add_closure(tx, id, new, now)?;
                    telling::closures::announced(
                        tx,
                        Teller {
                            chance,
                            now,
                            body: id,
                        },
                        new,
                    )
                }
            })?;
        }
        self.absent(Noun::Closure, known.closures.len(), named);
        Ok(())
    }

    fn openings(
        &mut self,
        tx: &mut dyn Tx,
        id: BodyId,
        children: &HashMap<String, ChildId>,
    ) -> Result<(), StorageError> {
        let (files, known, years) = (self.files, self.known, self.years);
        let wallets: HashMap<ChildId, WalletId> = if files.openings.rows.is_empty() {
            HashMap::new()
        } else {
            registry::children(tx, id)?
                .into_iter()
                .map(|child| (child.id, child.wallet))
                .collect()
        };
        let (mut named, mut opened) = (0, BTreeSet::new());
        for At { row, .. } in &files.openings.rows {
            let key = row.child.as_str();
            let year = years
                .of_balance(row.year.as_deref(), row.day)
                .ok_or_else(|| missing("anno"))?;
            let cause = Cause::Opening {
                key,
                year: &year.name,
            };
            // Nothing to post where nothing was left over.
            if known.openings.contains_key(&cause.to_string()) || row.amount == Cents::ZERO {
                named += usize::from(row.amount != Cents::ZERO);
                self.report.count(Noun::Opening).unchanged += 1;
                continue;
            }
            let child = found(children, key)?;
            let entry = ledger::Entry {
                id: self.fresh(PostingId::from_parts),
                body: id,
                wallet: wallets.get(&child).copied().ok_or_else(|| missing(key))?,
                child: Some(child),
                kind: PostingKind::Opening,
                amount: row.amount,
                cause,
                day: row.day,
                at: self.now,
                note: Some(format!("Saldo iniziale {}", year.name)),
            };
            ledger::post(tx, &entry)?;
            opened.insert(entry.wallet);
            self.report.count(Noun::Opening).created += 1;
        }
        let teller = Teller {
            chance: self.chance,
            now: self.now,
            body: id,
        };
        if !opened.is_empty() {
            let rules = calendar::rules(tx, id)?;
            telling::balance::changed(tx, teller, &rules, &opened, false)?;
        }
        self.absent(Noun::Opening, known.openings.len(), named);
        Ok(())
    }

    fn credentials(
        &mut self,
        tx: &mut dyn Tx,
        id: BodyId,
        people: &HashMap<String, PersonId>,
    ) -> Result<(), StorageError> {
        for (code, provisional) in self.credentials {
            let actor = Actor {
                body: id,
                person: found(people, code)?,
            };
            people::set_credential(tx, actor, provisional, self.now)?;
            self.report.count(Noun::Credential).created += 1;
        }
        Ok(())
    }
}

fn found<T: Copy>(ids: &HashMap<String, T>, key: &str) -> Result<T, StorageError> {
    ids.get(key).copied().ok_or_else(|| missing(key))
}

/// Only where a check let something through that it should not have.
fn missing(_: &str) -> StorageError {
    StorageError::NoRow {
        sql: "a reference that was checked".to_owned(),
    }
}

/// Notes that the office chose to offer badge and password although SPID and CIE are there; why, the settings say.
fn offers_badge(tx: &mut dyn Tx, body: BodyId, now: Instant) -> Result<(), StorageError> {
    let entry = audit::Entry {
        body,
        person: None,
        at: now,
        act: audit::Act::OfferBadge,
        outcome: audit::Outcome::Done,
        detail: audit::Detail::None,
        means: audit::Means::Office,
        network: String::new(),
        device: String::new(),
    };
    audit::note(tx, &entry)
}
