//! One schedule: what happens, step by step, out of one number.

use crate::{
    chance::Chance,
    check,
    platform::{Fault, Made},
    stage::{AGAIN, Stage, VALMORA},
};
use api::{
    Reply,
    notices::{CartRequest, StartCart},
    topups::{CancelTopUp, CreateTopUp, StartCheckout, TopUpLineRequest, TopUpRequest, TopUpView, TopUpWay},
};
use chrono::TimeDelta;
use domain::{
    Cents, IdempotencyKey, NoticeId,
    notice::NoticeKind,
    topup::{TopUpChoice, TopUpState},
};
use pagopa::NoticeNumber;
use portal::{clock::fresh, station::receive::Source};
use storage::{
    StorageError,
    notices::{self, Notice, NoticeLine},
};

/// Steps of a schedule: at least the first, less than the second.
const STEPS: (usize, usize) = (5, 12);
/// A portal dies at the latest after so many waits; the longest way has about as many.
const WAITS: usize = 12;

/// In one of so many schedules the portal reconciles all by itself; in the others each receipt is handed to it.
const ROUNDS: u64 = 4;
/// Rounds, hours apart, in which it must have found everything.
const TURNS: usize = 12;

/// What a schedule was.
pub struct Played {
    pub sound: Result<(), String>,
    pub payments: u64,
    pub crashes: u64,
    /// Its steps, for whoever looks for what went wrong.
    pub story: Vec<String>,
}

/// A write that can be sent again with its key.
#[derive(Clone)]
enum Sent {
    TopUp(TopUpRequest),
    Cart(CartRequest),
}

struct Schedule<'a> {
    stage: &'a mut Stage,
    chance: Chance,
    /// What the family knows of, its own and what was issued.
    notices: Vec<NoticeId>,
    own: Vec<NoticeId>,
    sent: Vec<(IdempotencyKey, Sent)>,
    /// Receipts that pagoPA is still to push.
    outbox: Vec<Made>,
    /// Receipts that belong to nothing.
    strays: Vec<Made>,
    /// Paid notices that the portal's own reconciliation did not find.
    unheard: Vec<String>,
    story: Vec<String>,
    loud: bool,
    seed: u64,
}

/// Plays the schedule of a seed and looks whether all is well afterwards.
pub async fn play(stage: &mut Stage, seed: u64, loud: bool) -> Played {
    stage.platform.forget();
    let (before, crashes) = (stage.balances().await, stage.crashes);
    let mut schedule = Schedule {
        stage,
        chance: Chance::new(seed),
        notices: vec![],
        own: vec![],
        sent: vec![],
        outbox: vec![],
        strays: vec![],
        unheard: vec![],
        story: vec![],
        loud,
        seed,
    };
    let steps = STEPS.0 + schedule.chance.below(STEPS.1 - STEPS.0);
    match schedule.chance.below(3) {
        0 => schedule.issue().await,
        _ => schedule.top_up().await,
    }
    for _ in 1..steps {
        schedule.step().await;
    }
    schedule.end().await;
    let (strays, unheard, story) = (schedule.strays, schedule.unheard, schedule.story);
    let mut sound = check::sound(stage, before, &strays).await;
    if !unheard.is_empty() {
        sound = Err(format!("the portal's own reconciliation never found {unheard:?}"));
    }
    Played {
        sound,
        payments: stage.platform.receipts().len() as u64,
        crashes: stage.crashes - crashes,
        story,
    }
}

impl Schedule<'_> {
    fn tell(&mut self, words: String) {
        if self.loud {
            crate::say(&words);
        }
        self.story.push(words);
    }

    fn dies(&mut self) -> Option<usize> {
        self.chance.one_in(4).then(|| 1 + self.chance.below(WAITS))
    }

    /// With what the portal has to cope in its next call to pagoPA.
    fn fault(&mut self) -> Option<Fault> {
        let fault = match self.chance.below(10) {
            0 => Some(Fault::Refuse),
            1 => Some(Fault::Lose),
            _ => None,
        };
        self.stage.platform.fault(fault);
        fault
    }

    async fn step(&mut self) {
        match self.chance.below(26) {
            0..2 => self.top_up().await,
            2 => self.send_again().await,
            3 => self.start_checkout().await,
            4..6 => self.start_cart().await,
            6 => self.issue().await,
            7..9 => self.withdraw().await,
            9 => self.come_back().await,
            10..13 => {
                let cart = self.chance.pick(&self.stage.platform.carts());
                self.begin(cart.map(|cart| cart.navs));
            }
            13..15 => {
                let nav = self.chance.pick(&self.stage.platform.navs());
                self.begin(nav.map(|nav| vec![nav]));
            }
            15..18 => self.complete(),
            18 => self.abandon(),
            19..21 => self.push().await,
            21 => self.mischief(),
            22 => self.wait(),
            23 => self.recover().await,
            24 => self.reconcile().await,
            _ => {
                let dies = self.dies();
                self.tell(format!("a round of the jobs, dies {dies:?}"));
                self.stage.process(dies).await;
            }
        }
    }

    fn lines(&mut self) -> Vec<TopUpLineRequest> {
        let children = [0, 1].map(|child| self.stage.bench.town.family.children[child].id);
        let choice = match self.chance.below(3) {
            0 => TopUpChoice::Meals { meals: 20 },
            1 => TopUpChoice::Fixed {
                amount: Cents::new(2_500),
            },
            _ => TopUpChoice::Free {
                amount: Cents::new(501),
            },
        };
        let which = self.chance.below(3);
        let chosen = if which == 2 {
            &children[..]
        } else {
            &children[which..=which]
        };
        let line = |child: &domain::ChildId| TopUpLineRequest {
            child: *child,
            choice,
        };
        chosen.iter().map(line).collect()
    }

    async fn top_up(&mut self) {
        let request = TopUpRequest {
            lines: self.lines(),
            way: if self.chance.one_in(4) {
                TopUpWay::Notice
            } else {
                TopUpWay::Online
            },
        };
        let key = self.stage.key();
        self.sent.push((key, Sent::TopUp(request.clone())));
        self.send(key, Sent::TopUp(request)).await;
    }

    async fn send_again(&mut self) {
        if let Some((key, sent)) = self.chance.pick(&self.sent) {
            self.send(key, sent).await;
        }
    }

    async fn send(&mut self, key: IdempotencyKey, sent: Sent) {
        let (fault, dies) = (self.fault(), self.dies());
        let (what, reply) = match &sent {
            Sent::TopUp(request) => {
                let reply = self.stage.ask(&CreateTopUp {}, request, key, dies).await;
                self.learn(reply.as_ref());
                let what = format!("tops up with {} lines, {:?}", request.lines.len(), request.way);
                (what, reply)
            }
            Sent::Cart(request) => {
                let reply = self.stage.ask(&StartCart {}, request, key, dies).await;
                (format!("pays {} together", request.notices.len()), reply)
            }
        };
        self.told(&what, fault, dies, reply.as_ref());
    }

    fn learn(&mut self, reply: Option<&Reply>) {
        let view = reply.and_then(|reply| reply.clone().read::<CreateTopUp>().ok());
        let Some(TopUpView { id, .. }) = view else { return };
        if !self.own.contains(&id) {
            self.own.push(id);
            self.notices.push(id);
        }
    }

    fn told(&mut self, what: &str, fault: Option<Fault>, dies: Option<usize>, reply: Option<&Reply>) {
        self.stage.platform.fault(None);
        let answer = reply.map_or("dead".to_owned(), |reply| {
            let part = |name: &str| reply.body.get(name).map(ToString::to_string).unwrap_or_default();
            format!(
                "{} {} {} {}",
                reply.status,
                part("state"),
                part("problem"),
                part("code")
            )
        });
        self.tell(format!("{what}; {fault:?}, dies {dies:?}: {answer}"));
    }

    async fn start_checkout(&mut self) {
        let Some(topup) = self.chance.pick(&self.own) else {
            return;
        };
        let (fault, dies, key) = (self.fault(), self.dies(), self.stage.key());
        let reply = self.stage.ask(&StartCheckout { topup }, &(), key, dies).await;
        self.told("goes to the checkout again", fault, dies, reply.as_ref());
    }

    async fn start_cart(&mut self) {
        let mut chosen = Vec::new();
        for _ in 0..=self.chance.below(4) {
            if let Some(id) = self.chance.pick(&self.notices)
                && !chosen.contains(&id)
            {
                chosen.push(id);
            }
        }
        if !chosen.is_empty() {
            let (key, request) = (self.stage.key(), CartRequest { notices: chosen });
            self.sent.push((key, Sent::Cart(request.clone())));
            self.send(key, Sent::Cart(request)).await;
        }
    }

    /// Numbers that no other schedule makes: by the seed's last six digits.
    fn number(&self, from: u64, made: usize) -> NoticeNumber {
        let number = from + self.seed % 1_000_000 * 100 + made as u64;
        NoticeNumber::generate("02".parse().unwrap(), number).unwrap()
    }

    async fn issue(&mut self) {
        let kind = if self.chance.one_in(3) {
            NoticeKind::Fee
        } else {
            NoticeKind::Invoice
        };
        let nav = self.number(0, self.notices.len());
        let amount = Cents::new(1_000 + i64::try_from(self.chance.below(9)).unwrap());
        let child = self.chance.below(2);
        let (now, family) = (self.stage.bench.now(), &self.stage.bench.town.family);
        let child = &family.children[child];
        let id = fresh(&*self.stage.bench.chance, now, NoticeId::from_parts);
        let notice = Notice {
            id,
            body: family.body,
            person: family.payer,
            kind,
            reference: Some(nav.to_string()),
            nav: nav.to_string(),
            iupd: format!("{VALMORA}-{id}"),
            amount,
            subject: "Mensa scolastica".to_owned(),
            causale: "Mensa scolastica".to_owned(),
            state: TopUpState::Preparing,
            created_at: now,
            published_at: None,
            due_day: "2026-12-31".parse().unwrap(),
            paid_at: None,
            lines: vec![NoticeLine {
                child: Some(child.id),
                wallet: (kind == NoticeKind::Invoice).then_some(child.wallet),
                amount,
                meals: None,
                description: None,
            }],
            attempt: None,
        };
        let store = &self.stage.bench.app.store;
        let written = store.write(move |tx| notices::insert(tx, &notice, &nav.iuv()));
        written.await.map_err(|error: StorageError| error).unwrap();
        self.notices.push(id);
        self.tell(format!("the office issues a {kind:?} of {amount}"));
    }

    async fn withdraw(&mut self) {
        let Some(topup) = self.chance.pick(&self.notices) else {
            return;
        };
        let (fault, dies, key) = (self.fault(), self.dies(), self.stage.key());
        let reply = self.stage.ask(&CancelTopUp { topup }, &(), key, dies).await;
        self.told("withdraws", fault, dies, reply.as_ref());
    }

    async fn come_back(&mut self) {
        let Some(cart) = self.chance.pick(&self.stage.platform.carts()) else {
            return;
        };
        let word = ["ok", "annullato", "errore", "attesa"][self.chance.below(4)];
        self.stage.come_back(&cart.way_back, word).await;
        self.tell(format!("the browser comes back with {word}"));
    }

    fn begin(&mut self, navs: Option<Vec<String>>) {
        let Some(navs) = navs else { return };
        let begun = self.stage.platform.begin(&navs);
        self.tell(format!("somebody begins to pay {navs:?}: {begun}"));
    }

    fn complete(&mut self) {
        let open = self.stage.platform.tokens().len();
        if open > 0 {
            let made = self.stage.platform.complete(self.chance.below(open));
            self.tell(format!("a payment is done: {made:?}"));
            self.outbox.extend(made);
        }
    }

    fn abandon(&mut self) {
        let open = self.stage.platform.tokens().len();
        if open > 0 {
            self.stage.platform.abandon(self.chance.below(open));
            self.tell("a payment is given up".to_owned());
        }
    }

    fn wait(&mut self) {
        let minutes = 1 + self.chance.below(20);
        self.tell(format!("{minutes} minutes go by"));
        let by = TimeDelta::minutes(i64::try_from(minutes).unwrap());
        self.stage.bench.clock.forward(by);
    }

    /// One of the receipts on their way, in any order.
    async fn push(&mut self) {
        if self.outbox.is_empty() {
            return;
        }
        let made = self.outbox.remove(self.chance.below(self.outbox.len()));
        if self.chance.one_in(8) {
            self.tell(format!("{} is lost for ever", made.id));
            return;
        }
        let again = self.deliver(&made, Source::Push).await;
        // The answer was lost, or pagoPA does not believe it: it comes again.
        if again || self.chance.one_in(4) {
            self.outbox.push(made);
        }
    }

    /// True where pagoPA sends it again.
    async fn deliver(&mut self, made: &Made, source: Source) -> bool {
        let dies = self.chance.one_in(5).then(|| 1 + self.chance.below(2));
        let answer = self.stage.receive(made, source, dies).await;
        self.tell(format!(
            "{} arrives ({source:?}), dies {dies:?}: {answer:?}",
            made.id
        ));
        if !self.chance.one_in(4) {
            let dies = self.chance.one_in(4).then(|| 1 + self.chance.below(4));
            self.tell(format!("it is processed, dies {dies:?}"));
            self.stage.process(dies).await;
        }
        answer.is_none_or(|word| word == AGAIN)
    }

    /// What pagoPA should not do.
    fn mischief(&mut self) {
        if self.chance.one_in(2) {
            let paid = self.chance.pick(&self.stage.platform.receipts());
            if let Some(made) = paid.and_then(|paid| self.stage.platform.pay_twice(&paid.nav)) {
                self.tell(format!("paid twice: {made:?}"));
                self.outbox.push(made);
            }
            return;
        }
        let nav = self.number(50_000_000_000, self.strays.len());
        let stray = Made {
            id: format!("stray-{}-{}", self.seed, self.strays.len()),
            nav: nav.to_string(),
            amount: 1_234,
        };
        self.tell(format!("a receipt for a notice that nobody made: {}", stray.id));
        self.strays.push(stray.clone());
        self.outbox.push(stray);
    }

    /// The portal asks pagoPA, reads flows, fetches what is missing.
    async fn reconcile(&mut self) {
        if self.chance.one_in(2) {
            self.stage.platform.report(self.stage.bench.now());
        }
        let (fault, dies) = (self.fault(), self.dies());
        self.stage.reconcile(dies).await;
        self.stage.platform.fault(None);
        self.tell(format!("the portal reconciles; {fault:?}, dies {dies:?}"));
    }

    /// A receipt is asked for, whether it came or not.
    async fn recover(&mut self) {
        if let Some(made) = self.chance.pick(&self.stage.platform.receipts()) {
            self.deliver(&made, Source::Recovered).await;
        }
    }

    /// Payments end one way or the other, some receipts still come; then everything that pagoPA holds as paid is
    /// reconciled.
    async fn end(&mut self) {
        for nav in self.stage.platform.navs() {
            if self.chance.one_in(2) {
                self.begin(Some(vec![nav]));
            }
        }
        while !self.stage.platform.tokens().is_empty() {
            if self.chance.one_in(4) {
                self.abandon();
            } else {
                self.complete();
            }
        }
        while !self.outbox.is_empty() && !self.chance.one_in(4) {
            self.push().await;
        }
        for stray in self.strays.clone() {
            self.stage.receive(&stray, Source::Push, None).await;
        }
        if self.seed.is_multiple_of(ROUNDS) {
            self.by_the_portal_itself().await;
        }
        // Also what was paid twice: of two payments of one notice the portal looks for one.
        for made in self.stage.platform.receipts() {
            let answer = self.stage.receive(&made, Source::Recovered, None).await;
            self.tell(format!("{} is reconciled: {answer:?}", made.id));
        }
        self.stage.process(None).await;
    }

    /// Reads the flows and fetches what is missing, as the job does, until every paid notice is credited.
    async fn by_the_portal_itself(&mut self) {
        for turn in 0..TURNS {
            self.stage.bench.clock.forward(TimeDelta::hours(7));
            self.stage.platform.report(self.stage.bench.now());
            self.stage.process(None).await;
            self.stage.reconcile(None).await;
            self.tell(format!("turn {turn} of the portal's own reconciliation"));
            if check::unheard(self.stage).await.is_empty() {
                return;
            }
        }
        let unheard = check::unheard(self.stage).await;
        self.tell(format!("the portal never heard of {unheard:?}"));
        self.unheard = unheard;
    }
}
