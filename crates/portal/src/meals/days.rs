//! What is known of the days of the children within an actor's reach, loaded in a few queries.
//!
//! Everything after [`Days::load`] is computed without a query: a month, a forecast and a period of three children
//! cost the same look-ups as one day.

use api::{
    ErrorCode,
    meals::{ActSummaryView, DayView, RefusedDayView},
};
use domain::{
    Cents, ChildId, Instant, ReceiptNumber, SchoolId, ServiceDay, WalletId,
    calendar::NoService,
    cutoff::{CutOffError, CutOffs},
    meals::{ChangeError, Choice, Day},
    people::Actor,
    price::{RoundingLevel, Tariff, tariff_on},
    time::{day_in_rome, days_between, month_of},
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use storage::{
    StorageError, Tx,
    calendar::{self, Enrolled, FamilyChild, Reach, Rules},
    ledger,
    meals::{self, Said},
};

/// The days of an actor's children.
pub(crate) struct Days {
    /// The body's rules.
    pub(crate) rules: Rules,
    /// The children, eldest first.
    pub(crate) children: Vec<FamilyChild>,
    /// Who asks.
    pub(crate) actor: Actor,
    /// The instant that decides.
    pub(crate) now: Instant,
    /// The day it is in Rome.
    pub(crate) today: ServiceDay,
    said: HashMap<(ChildId, ServiceDay), Said>,
    frozen: HashSet<(SchoolId, ServiceDay)>,
    /// Meals already charged, by child and first day of the month; only where the document rounds.
    charged: HashMap<(ChildId, ServiceDay), u32>,
}

impl Days {
    /// Loads what is known between two days, both included, for the children within `reach`.
    pub(crate) fn load(
        tx: &mut dyn Tx,
        rules: Rules,
        actor: Actor,
        now: Instant,
        reach: Reach,
        range: (ServiceDay, ServiceDay),
    ) -> Result<Self, StorageError> {
        let today = day_in_rome(now);
        let children = calendar::children(tx, actor, today, reach)?;
        let said = meals::said(tx, actor, today, reach, range)?;
        let frozen = meals::frozen(tx, actor, today, reach, range)?;
        let said = said
            .into_iter()
            .map(|said| ((said.child, said.day), said))
            .collect();
        Ok(Self {
            rules,
            children,
            actor,
            now,
            today,
            said,
            frozen,
            charged: HashMap::new(),
        })
    }

    /// Loads how many meals each child was charged in the months between two days, where the body rounds at the
    /// document: what the next meal costs depends on it.
    pub(crate) fn load_charged(
        &mut self,
        tx: &mut dyn Tx,
        (from, to): (ServiceDay, ServiceDay),
    ) -> Result<(), StorageError> {
        if self.rules.settings.rounding.level == RoundingLevel::Unit {
            return Ok(());
        }
        let mut month = month_of(from);
        while month.0 <= to {
            for child in &self.children {
                let meals = ledger::meals_charged(tx, child.id, month.0, month.1)?;
                self.charged.insert((child.id, month.0), meals);
            }
            month = month_of(month.1 + chrono::Days::new(1));
        }
        Ok(())
    }

    /// The child, where it is within reach.
    pub(crate) fn child(&self, id: ChildId) -> Option<&FamilyChild> {
        self.children.iter().find(|child| child.id == id)
    }

    /// The enrolment of the school year that `day` lies in.
    pub(crate) fn enrolled<'a>(&self, child: &'a FamilyChild, day: ServiceDay) -> Option<&'a Enrolled> {
        let year = &self.rules.calendar_on(day)?.year.name;
        child.enrolments.iter().find(|enrolled| enrolled.year == *year)
    }

    /// The enrolment that holds today or, between two school years, the next one.
    pub(crate) fn current<'a>(&self, child: &'a FamilyChild) -> Option<&'a Enrolled> {
        self.enrolled(child, self.today).or_else(|| {
            child
                .enrolments
                .iter()
                .find(|enrolled| enrolled.enrolment.last >= self.today)
        })
    }

    /// What a meal costs this child now; between two school years, on the first day of the next.
    pub(crate) fn current_price(&self, child: &FamilyChild) -> Option<Cents> {
        let enrolment = &self.current(child)?.enrolment;
        let day = self
            .today
            .clamp(enrolment.first, enrolment.last.max(enrolment.first));
        self.price(child, day)
    }

    fn service(&self, child: &FamilyChild, day: ServiceDay) -> Result<(), NoService> {
        let calendar = self.rules.calendar_on(day).ok_or(NoService::OutsideSchoolYear)?;
        let enrolled = self.enrolled(child, day).ok_or(NoService::NotEnrolled)?;
        calendar.child_service(day, &enrolled.enrolment)
    }

    /// What is known of a child's day.
    pub(crate) fn day(&self, child: &FamilyChild, day: ServiceDay) -> Day {
        let school = self
            .enrolled(child, day)
            .map(|enrolled| enrolled.enrolment.school);
        Day {
            day,
            service: self.service(child, day),
            said: self.said(child.id, day).map(|said| said.choice),
            frozen: school.is_some_and(|school| self.frozen.contains(&(school, day))),
        }
    }

    /// The family's last word on a day.
    pub(crate) fn said(&self, child: ChildId, day: ServiceDay) -> Option<&Said> {
        self.said.get(&(child, day))
    }

    fn tariff(&self, child: &FamilyChild, day: ServiceDay) -> Option<&Tariff> {
        tariff_on(
            &self.rules.tariffs,
            &self.enrolled(child, day)?.enrolment.tariff,
            day,
        )
    }

    /// The price of a meal as it is shown.
    pub(crate) fn price(&self, child: &FamilyChild, day: ServiceDay) -> Option<Cents> {
        self.tariff(child, day)?
            .unit_price(self.rules.settings.rounding)
            .ok()
    }

    /// The cut-offs of a child's school on a day.
    pub(crate) fn cut_offs(&self, child: &FamilyChild, day: ServiceDay) -> Result<CutOffs, StorageError> {
        match self.enrolled(child, day) {
            Some(enrolled) => self.rules.cut_offs_of(enrolled.enrolment.school),
            None => Err(StorageError::Constraint("not enrolled".to_owned())),
        }
    }

    /// Whether a child's day may become `wish` now.
    pub(crate) fn change(&self, child: &FamilyChild, day: ServiceDay, wish: Choice) -> Result<(), Refusal> {
        let known = self.day(child, day);
        if let Err(reason) = known.service {
            return Err(Refusal::Rule(ChangeError::NoService(reason)));
        }
        let cut_offs = self.cut_offs(child, day)?;
        known
            .change(wish, self.rules.settings.model, &cut_offs, self.now)
            .map_err(Refusal::Rule)
    }

    /// The number of the act with that sequence.
    pub(crate) fn number(&self, sequence: i64) -> String {
        ReceiptNumber::new(&self.rules.settings.receipt_prefix, sequence.unsigned_abs()).to_string()
    }

    /// A child's day on the wire.
    pub(crate) fn day_view(&self, child: &FamilyChild, day: ServiceDay) -> DayView {
        let known = self.day(child, day);
        let model = self.rules.settings.model;
        let standing = known.standing(model);
        let act = self.said(child.id, day).map(|said| ActSummaryView {
            number: self.number(said.sequence),
            at: said.at,
            mine: said.person == self.actor.person,
        });
        let opposite = opposite(known.choice(model));
        let (mut may, mut closes_at, mut price) = (None, None, None);
        if known.service.is_ok() {
            let cut_offs = self.cut_offs(child, day).ok();
            closes_at = cut_offs.map(|cut_offs| cut_offs.of(opposite.action()).closes(day));
            may = cut_offs
                .filter(|_| child.rights.cancel)
                .and_then(|cut_offs| known.change(opposite, model, &cut_offs, self.now).ok())
                .map(|()| opposite);
            price = self.price(child, day);
        }
        DayView {
            day,
            standing,
            no_service: known.service.err(),
            may,
            closes_at,
            price,
            act,
        }
    }

    /// What the still uncharged meals of a month would cost a child, in order of day.
    fn month_cost(
        &self,
        child: &FamilyChild,
        month: (ServiceDay, ServiceDay),
        choice: impl Fn(&Day) -> Choice,
    ) -> Cents {
        let mut already = self.charged.get(&(child.id, month.0)).copied().unwrap_or(0);
        let mut cost = Cents::ZERO;
        for day in days_between(month.0.max(self.today), month.1) {
            let known = self.day(child, day);
            if known.service.is_err() || known.frozen || choice(&known) != Choice::Eats {
                continue;
            }
            cost += self.next_meal(child, day, already).unwrap_or(Cents::ZERO);
            already += 1;
        }
        cost
    }

    fn next_meal(&self, child: &FamilyChild, day: ServiceDay, already: u32) -> Option<Cents> {
        self.tariff(child, day)?
            .next_meal(already, self.rules.settings.rounding)
            .ok()
    }

    /// What changes in cents where these days become `wish`: the difference of the months they lie in, so that it
    /// is exact to the cent also where the document rounds.
    pub(crate) fn cost_of_change(
        &self,
        child: &FamilyChild,
        days: &BTreeSet<ServiceDay>,
        wish: Choice,
    ) -> Cents {
        let model = self.rules.settings.model;
        let months: BTreeMap<_, _> = days.iter().map(|day| month_of(*day)).collect();
        let mut difference = Cents::ZERO;
        for month in months {
            let before = self.month_cost(child, month, |known| known.choice(model));
            let after = self.month_cost(child, month, |known| {
                if days.contains(&known.day) {
                    wish
                } else {
                    known.choice(model)
                }
            });
            difference += after - before;
        }
        if difference.is_negative() {
            -difference
        } else {
            difference
        }
    }

    /// The meals that a wallet will pay from today to the end of the school year, as things stand now.
    pub(crate) fn coming_meals(&self, wallet: WalletId) -> impl Iterator<Item = (ServiceDay, Cents)> {
        let model = self.rules.settings.model;
        let end = end_of_year(&self.rules, self.today);
        let mut already = self.charged.clone();
        days_between(self.today, end)
            .flat_map(move |day| {
                self.children
                    .iter()
                    .filter(move |child| child.wallet == wallet)
                    .map(move |child| (day, child))
            })
            .filter_map(move |(day, child)| {
                let known = self.day(child, day);
                if known.service.is_err() || known.frozen || known.choice(model) != Choice::Eats {
                    return None;
                }
                let count = already.entry((child.id, month_of(day).0)).or_default();
                let price = self.next_meal(child, day, *count)?;
                *count += 1;
                Some((day, price))
            })
    }
}

/// The last day of the school year that `today` lies in or, between two, of the next one.
pub(crate) fn end_of_year(rules: &Rules, today: ServiceDay) -> ServiceDay {
    let mut ends = rules.calendars.iter().map(|calendar| calendar.year.last);
    ends.find(|last| *last >= today).unwrap_or(today)
}

/// The last day of the last school year that the body has set.
pub(crate) fn last_day(rules: &Rules, today: ServiceDay) -> ServiceDay {
    rules
        .calendars
        .iter()
        .map(|calendar| calendar.year.last)
        .max()
        .unwrap_or(today)
        .max(today)
}

/// The other choice.
pub(crate) const fn opposite(choice: Choice) -> Choice {
    match choice {
        Choice::Eats => Choice::DoesNotEat,
        Choice::DoesNotEat => Choice::Eats,
    }
}

/// Why a day was not changed.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// A rule of the domain.
    Rule(ChangeError),
    /// The database, or a body without cut-offs.
    Storage(StorageError),
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// A day of a period that cannot be changed, on the wire.
pub(crate) fn refused_view(child: ChildId, day: ServiceDay, reason: ChangeError) -> RefusedDayView {
    let view = |code| RefusedDayView {
        child,
        day,
        code,
        closed_at: None,
        no_service: None,
    };
    match reason {
        ChangeError::CutOff(CutOffError::TooLate { closed_at }) => RefusedDayView {
            closed_at: Some(closed_at),
            ..view(ErrorCode::TooLate)
        },
        ChangeError::CutOff(CutOffError::TooFarAhead { .. }) => view(ErrorCode::TooFarAhead),
        ChangeError::NoService(reason) => RefusedDayView {
            no_service: Some(reason),
            ..view(ErrorCode::NoService)
        },
        ChangeError::AlreadySo(_) => view(ErrorCode::AlreadySo),
    }
}
