//! kill -9 under load: what was acknowledged must be there, and no day may be charged twice.

use crate::{
    report::Report,
    world::{BODY, World},
};
use anyhow::{Context, ensure};
use api::{
    Call, Endpoint, ErrorBody, ErrorCode, NoQuery,
    children::GetMe,
    meals::{CancelMeal, GetCalendar, GetReceipt, ReceiptView, RestoreMeal},
    sessions::{
        ChoosePassword, ChoosePasswordRequest, ClientKind, Secret, SessionView, SignIn, SignInRequest,
    },
};
use client::{Client, PortalAddress};
use domain::{ChildId, ServiceDay, meals::Standing};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinSet;

/// Families that act all the time.
const FAMILIES: usize = 6;
const START: &str = "2026-11-23T07:00:00Z";
/// Service days that the load acts on.
const DAYS: [&str; 5] = [
    "2026-11-30",
    "2026-12-01",
    "2026-12-02",
    "2026-12-03",
    "2026-12-04",
];

/// An acknowledged act.
#[derive(Debug, Clone)]
struct Acknowledged {
    number: String,
    child: ChildId,
    day: ServiceDay,
    standing: Standing,
}

/// A signed-in family.
struct Family {
    token: Secret,
    children: Vec<ChildId>,
}

/// Kills the portal again and again.
pub async fn run(rounds: u32, seed: Option<u64>, report: &mut Report) -> anyhow::Result<()> {
    let mut chance = Chance::new(seed);
    println_seed(chance.seed);
    let mut world = report
        .step("portal and sample body start", World::start(START))
        .await?;
    report
        .step("families choose their passwords", choose_passwords(&world))
        .await?;
    let mut families = Arc::new(sign_in(&world).await?);
    let mut acknowledged: HashMap<(ChildId, ServiceDay), Acknowledged> = HashMap::new();
    let mut numbers = Vec::new();
    for round in 1..=rounds {
        // Each round is a later moment; the cut-off of a day passes in every tenth, so that charging is hit as well.
        if round % 10 == 0 {
            let day = 23 + i64::from(round / 10 - 1);
            let day = if day > 27 { 27 } else { day };
            world.set_clock(&format!("2026-11-{day}T08:30:00Z"))?;
            // Days have passed: the access tokens are too old.
            families = Arc::new(sign_in(&world).await?);
        }
        let acts = one_round(&mut world, &families, chance.below(180)).await?;
        ensure!(
            round == 1 || !acts.is_empty() || round % 7 != 0,
            "nothing was acknowledged in round {round}"
        );
        for act in acts {
            numbers.push((act.child, act.number.clone()));
            acknowledged.insert((act.child, act.day), act);
        }
        world.start_portal().await?;
    }
    report.passed(&format!(
        "killed {rounds} times, {} acts acknowledged",
        numbers.len()
    ));
    report
        .step(
            "every acknowledged act has its receipt",
            receipts(&world, &families, &numbers),
        )
        .await?;
    report
        .step(
            "every day is as it was last acknowledged",
            days(&world, &families, &acknowledged),
        )
        .await?;
    let ledger = world.office(&["verify-ledger"]).await?;
    ensure!(
        ledger
            .lines()
            .last()
            .is_some_and(|line| line.ends_with(" 0 failed")),
        "{ledger}"
    );
    report.passed("verify-ledger is clean: no day charged twice, every balance the sum of its postings");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a failing seed is to be played again")]
fn println_seed(seed: u64) {
    println!("seed    {seed}");
}

async fn choose_passwords(world: &World) -> anyhow::Result<()> {
    let client = connect(world)?;
    for (n, badge) in BADGES.into_iter().enumerate() {
        let provisional = world.provisional_password(badge).await?;
        let session = send(&client, &SignIn {}, &request(n, provisional.clone()), None).await?;
        let chosen = ChoosePasswordRequest {
            current: Secret(provisional),
            new: Secret(password(n)),
        };
        send(&client, &ChoosePassword {}, &chosen, Some(&token(&session)?)).await?;
    }
    Ok(())
}

async fn sign_in(world: &World) -> anyhow::Result<Vec<Family>> {
    let client = connect(world)?;
    let mut families = Vec::new();
    for n in 0..FAMILIES {
        let session = send(&client, &SignIn {}, &request(n, password(n)), None).await?;
        let token = token(&session)?;
        let me = send(&client, &GetMe {}, &(), Some(&token)).await?;
        families.push(Family {
            token,
            children: me.children.iter().map(|child| child.id).collect(),
        });
    }
    Ok(families)
}

fn connect(world: &World) -> anyhow::Result<Client> {
    Ok(Client::new(PortalAddress::parse(&world.portal_url)?)?)
}

fn password(n: usize) -> String {
    format!("sette gatti su un tetto {n}")
}

fn request(n: usize, password: String) -> SignInRequest {
    let (body, badge) = (BODY.to_owned(), BADGES[n].to_owned());
    SignInRequest {
        body,
        badge,
        password: Secret(password),
        client: ClientKind::App,
        device: None,
    }
}

async fn send<E: Endpoint<Query = NoQuery>>(
    client: &Client,
    endpoint: &E,
    request: &E::Request,
    token: Option<&Secret>,
) -> Result<E::Response, ErrorBody> {
    let call =
        Call::new(endpoint, &NoQuery {}, request, Some(key())).map_err(|_| client::words::unreadable())?;
    client.send_call(call, token).await?.read::<E>()
}

/// Badges of different families; `samples/README.md`.
const BADGES: [&str; FAMILIES] = ["VD1001", "VD1003", "VD1006", "VD1008", "VD1009", "VD1011"];

fn token(session: &SessionView) -> anyhow::Result<Secret> {
    Ok(session.tokens.as_ref().context("no tokens")?.access_token.clone())
}

/// Acts from all families until the portal is killed after so many milliseconds; gives what was acknowledged.
async fn one_round(
    world: &mut World,
    families: &Arc<Vec<Family>>,
    millis: u64,
) -> anyhow::Result<Vec<Acknowledged>> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for n in 0..FAMILIES {
        let (families, stop, client) = (Arc::clone(families), Arc::clone(&stop), connect(world)?);
        tasks.spawn(async move { act_until_killed(client, &families[n], &stop).await });
    }
    tokio::time::sleep(Duration::from_millis(20 + millis)).await;
    world.kill_portal().await?;
    stop.store(true, Ordering::Relaxed);
    let mut acts = Vec::new();
    while let Some(done) = tasks.join_next().await {
        acts.extend(done??);
    }
    Ok(acts)
}

async fn act_until_killed(
    client: Client,
    family: &Family,
    stop: &AtomicBool,
) -> anyhow::Result<Vec<Acknowledged>> {
    let mut acts = Vec::new();
    'acting: loop {
        for child in &family.children {
            for day in DAYS {
                if stop.load(Ordering::Relaxed) {
                    break 'acting;
                }
                let day: ServiceDay = day.parse()?;
                match turn(&client, family, *child, day).await? {
                    Turn::Acknowledged(act) => acts.push(act),
                    Turn::NoMeal => {}
                    Turn::Gone => break 'acting,
                }
            }
        }
    }
    Ok(acts)
}

/// What came of one act.
enum Turn {
    /// It was answered.
    Acknowledged(Acknowledged),
    /// Not a day of use of that child: nothing to act on.
    NoMeal,
    /// The portal is gone, or too busy to say.
    Gone,
}

/// Cancels, or restores where it was cancelled.
async fn turn(client: &Client, family: &Family, child: ChildId, day: ServiceDay) -> anyhow::Result<Turn> {
    let cancelled = send(client, &CancelMeal { child, day }, &(), Some(&family.token)).await;
    let (answer, standing) = match cancelled {
        Err(ErrorBody {
            code: ErrorCode::AlreadySo,
            ..
        }) => (
            send(client, &RestoreMeal { child, day }, &(), Some(&family.token)).await,
            Standing::Expected,
        ),
        answer => (answer, Standing::Cancelled),
    };
    match answer {
        Ok(receipt) => Ok(Turn::Acknowledged(Acknowledged {
            number: receipt.number,
            child,
            day,
            standing,
        })),
        Err(error) if error.code == ErrorCode::NoService => Ok(Turn::NoMeal),
        Err(error) if matches!(error.code, ErrorCode::Offline | ErrorCode::Busy) => Ok(Turn::Gone),
        Err(error) => anyhow::bail!("{child} on {day}: {error:?}"),
    }
}

async fn receipts(world: &World, families: &[Family], numbers: &[(ChildId, String)]) -> anyhow::Result<()> {
    let client = connect(world)?;
    for (child, number) in numbers {
        let family = families.iter().find(|family| family.children.contains(child));
        let family = family.context("an act of nobody's child")?;
        let endpoint = GetReceipt {
            number: number.clone(),
        };
        let found: ReceiptView = send(&client, &endpoint, &(), Some(&family.token))
            .await
            .with_context(|| format!("receipt {number} was acknowledged and is lost"))?;
        ensure!(found.number == *number, "{number} answers {}", found.number);
    }
    Ok(())
}

/// A later act may have been written without its answer having left: then the day may differ, but only where the
/// portal has a later receipt than the last acknowledged one.
async fn days(
    world: &World,
    families: &[Family],
    acknowledged: &HashMap<(ChildId, ServiceDay), Acknowledged>,
) -> anyhow::Result<()> {
    let client = connect(world)?;
    for family in families {
        for child in &family.children {
            for month in ["2026-11", "2026-12"] {
                let endpoint = GetCalendar {
                    child: *child,
                    month: month.to_owned(),
                };
                let calendar = send(&client, &endpoint, &(), Some(&family.token)).await?;
                for day in calendar.days {
                    let Some(act) = acknowledged.get(&(*child, day.day)) else {
                        continue;
                    };
                    let last = day.act.context("an acknowledged act left no trace")?;
                    ensure!(
                        last.number > act.number
                            || (last.number == act.number && day.standing == act.standing),
                        "{child} on {}: {:?} by {} instead of {:?} by {}",
                        day.day,
                        day.standing,
                        last.number,
                        act.standing,
                        act.number
                    );
                }
            }
        }
    }
    Ok(())
}

fn key() -> domain::IdempotencyKey {
    let mut bytes = [0; 10];
    let filled = getrandom::fill(&mut bytes);
    debug_assert!(filled.is_ok());
    domain::IdempotencyKey::from_parts(0, bytes)
}

/// Random moments from a seed.
struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    fn new(seed: Option<u64>) -> Self {
        let seed = seed.unwrap_or_else(|| {
            let mut bytes = [0; 8];
            let filled = getrandom::fill(&mut bytes);
            debug_assert!(filled.is_ok());
            u64::from_le_bytes(bytes)
        });
        Self {
            seed,
            state: seed | 1,
        }
    }

    fn below(&mut self, bound: u64) -> u64 {
        // xorshift64: good enough to choose a moment.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % bound
    }
}
