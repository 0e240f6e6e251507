//! `create_top_up`: a notice for one or more children, and the first trip to the checkout.

use super::{
    checkout::{Begun, StartCheckoutError, load},
    gateway::{bodies_with, settings_of},
    options::{price_of, tariff_of},
    trip::{Trip, go, make_payable},
    view::arrived,
};
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    families::denied,
    http::{Caller, Input},
    idempotency::{Keyed, keep, recall},
    session::{Asking, authenticate},
};
use api::{
    Access, ErrorCode,
    topups::{CreateTopUp, TopUpLineRequest, TopUpRequest, TopUpView, TopUpWay},
};
use axum::{Json, extract::State};
use domain::{
    AttemptId, BodyId, Cents, NoticeId,
    notice::NoticeKind,
    people::{Denied, Right},
    time::day_in_rome,
    topup::{TopUpChoice, TopUpError, TopUpState},
};
use http::StatusCode;
use pagopa::{Causale, NoticeNumber, config::PagopaSettings, gpd::Iupd};
use std::sync::Arc;
use storage::{
    StorageError, Tx, bodies,
    bodies::Body,
    calendar::{self, Reach},
    meals::next_number,
    notices::{self, Notice, NoticeLine},
};

/// Lines that one payment may have.
const MOST_LINES: usize = 5;
/// How long a notice asks to be paid.
pub(super) const DUE_DAYS: u64 = 30;

/// Why no notice was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateTopUpError {
    /// Not a child whose wallet this person may top up.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No line, or too many.
    #[error("{0} lines")]
    Lines(usize),
    /// The amount.
    #[error(transparent)]
    Amount(#[from] TopUpError),
    /// The child has no price.
    #[error("the child has no tariff")]
    NoTariff,
    /// The number cannot be made.
    #[error("the notice cannot be made: {0}")]
    Notice(String),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Who asks, the key, the settings.
    #[error("{0:?}")]
    Refused(ApiError),
}

impl From<CreateTopUpError> for ApiError {
    fn from(error: CreateTopUpError) -> Self {
        let refuse = |code, message: String| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, &message);
        match error {
            CreateTopUpError::Denied(denied) => denied.into(),
            CreateTopUpError::Lines(_) => refuse(
                ErrorCode::WrongLines,
                format!("Una ricarica va da uno a {MOST_LINES} figli, ognuno una volta sola."),
            ),
            CreateTopUpError::Amount(TopUpError::TooSmall { min }) => refuse(
                ErrorCode::AmountTooSmall,
                format!("La ricarica più piccola è di {min} €."),
            )
            .with("min", min),
            CreateTopUpError::Amount(TopUpError::TooLarge { max }) => refuse(
                ErrorCode::AmountTooLarge,
                format!("La ricarica più grande è di {max} €."),
            )
            .with("max", max),
            CreateTopUpError::Amount(TopUpError::NotOffered) => refuse(
                ErrorCode::AmountNotOffered,
                "Scegli uno degli importi proposti.".to_owned(),
            ),
            CreateTopUpError::NoTariff => refuse(
                ErrorCode::NoTariff,
                "Per questo figlio non c'è ancora una tariffa. Chiama l'ufficio, oppure scegli un importo."
                    .to_owned(),
            ),
            CreateTopUpError::Notice(detail) => Self::internal(detail),
            CreateTopUpError::Storage(error) => error.into(),
            CreateTopUpError::Refused(error) => error,
        }
    }
}

impl From<ApiError> for CreateTopUpError {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<StartCheckoutError> for CreateTopUpError {
    fn from(error: StartCheckoutError) -> Self {
        Self::Refused(error.into())
    }
}

fn price_lines(
    tx: &mut dyn Tx,
    asking: &Asking,
    lines: &[TopUpLineRequest],
) -> Result<Vec<NoticeLine>, CreateTopUpError> {
    let twice = (1..lines.len()).any(|i| lines[..i].iter().any(|line| line.child == lines[i].child));
    if lines.is_empty() || lines.len() > MOST_LINES || twice {
        return Err(CreateTopUpError::Lines(lines.len()));
    }
    let today = day_in_rome(asking.now);
    let rules = calendar::rules(tx, asking.actor.body)?;
    let children = calendar::children(tx, asking.actor, today, Reach::Wallets)?;
    let mut priced = Vec::new();
    for line in lines {
        let child = children
            .iter()
            .find(|child| child.id == line.child && child.rights.pay);
        let Some(child) = child else {
            return Err(denied(tx, asking.actor, asking.now, line.child, Right::Pay)?.into());
        };
        let tariff = tariff_of(&rules, child, today);
        let meals = match line.choice {
            TopUpChoice::Meals { .. } if tariff.is_none() => return Err(CreateTopUpError::NoTariff),
            TopUpChoice::Meals { meals } => Some(meals),
            _ => None,
        };
        let amount = rules
            .settings
            .top_up
            .amount(line.choice, |meals| price_of(&rules, tariff, meals))?;
        priced.push(NoticeLine {
            child: Some(child.id),
            wallet: Some(child.wallet),
            amount,
            meals,
            description: None,
        });
    }
    Ok(priced)
}

/// Whose sequence the notice numbers come from. Numbers are unique for a fiscal code, and a caterer may hold the credit
/// of several bodies: they all count on that of the eldest.
pub(crate) fn numbered_by(app: &App, tx: &mut dyn Tx, body: &Body) -> Result<BodyId, ApiError> {
    let settings = settings_of(app, body)?;
    let sharing = bodies_with(app, tx, settings.fiscal_code)??;
    Ok(sharing.iter().map(|body| body.id).min().unwrap_or(body.id))
}

/// The next notice number of a body; none is ever made twice.
pub(crate) fn fresh_number(
    app: &App,
    tx: &mut dyn Tx,
    body: &Body,
    settings: &PagopaSettings,
) -> Result<NoticeNumber, ApiError> {
    let sharing = bodies_with(app, tx, settings.fiscal_code)??;
    let owner = sharing.iter().map(|body| body.id).min().unwrap_or(body.id);
    loop {
        let sequence = next_number(tx, owner, notices::SEQUENCE)?;
        let sequence = u64::try_from(sequence).map_err(ApiError::internal)?;
        let number =
            NoticeNumber::generate(settings.segregation_code, sequence).map_err(ApiError::internal)?;
        if !is_taken(tx, &sharing, number)? {
            return Ok(number);
        }
    }
}

/// Whether one of the bodies that share a fiscal code has made that number before: another of them may have counted
/// while this one had another code, or was not there.
pub(crate) fn is_taken(
    tx: &mut dyn Tx,
    sharing: &[Body],
    number: NoticeNumber,
) -> Result<bool, StorageError> {
    let nav = number.to_string();
    for body in sharing {
        if notices::by_nav(tx, body.id, &nav)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Oggetto of the printed notice: the causale without the body's name, which stands beside it.
fn subject(causale: &Causale) -> String {
    let text = causale.as_str();
    text.rsplit_once(" - ").map_or(text, |(_, what)| what).to_owned()
}

fn make(
    app: &App,
    tx: &mut dyn Tx,
    asking: &Asking,
    id: NoticeId,
    lines: Vec<NoticeLine>,
) -> Result<(), CreateTopUpError> {
    let body = bodies::by_id(tx, asking.actor.body)?.ok_or(Denied::Unknown)?;
    let settings = settings_of(app, &body).map_err(ApiError::from)?;
    let wrong = |error: &dyn ToString| CreateTopUpError::Notice(error.to_string());
    let number = fresh_number(app, tx, &body, &settings).map_err(CreateTopUpError::Refused)?;
    let today = day_in_rome(asking.now);
    let causale = Causale::top_up(settings.company_name.as_str(), today).map_err(|error| wrong(&error))?;
    let notice = Notice {
        id,
        body: body.id,
        person: asking.actor.person,
        kind: NoticeKind::TopUp,
        reference: None,
        nav: number.to_string(),
        iupd: Iupd::of(settings.fiscal_code, id).to_string(),
        amount: lines.iter().map(|line| line.amount).sum::<Cents>(),
        subject: subject(&causale),
        causale: causale.to_string(),
        state: TopUpState::Preparing,
        created_at: asking.now,
        published_at: None,
        due_day: today + chrono::Days::new(DUE_DAYS),
        paid_at: None,
        lines,
        attempt: None,
    };
    Ok(notices::insert(tx, &notice, &number.iuv())?)
}

/// The first transaction: the notice is there, whatever happens next. A retry goes on with the same one.
async fn begin(app: &App, caller: &Caller, request: TopUpRequest) -> Result<Trip, CreateTopUpError> {
    let keyed = Keyed::new::<CreateTopUp>(caller.key()?, &caller.path, &request)?;
    let now = app.now();
    let begun = Begun {
        notice: app.fresh(now, NoticeId::from_parts),
        attempt: app.fresh(now, AttemptId::from_parts),
    };
    let (inside, clock, credentials) = (app.clone(), Arc::clone(&app.clock), caller.credentials.clone());
    let trip = app.store.write(move |tx| {
        let asking = authenticate(tx, &credentials, Access::Session, clock.now())?;
        if let Some(begun) = recall::<Begun>(tx, &asking, &keyed)? {
            return Ok(load(tx, &asking, begun)?);
        }
        let lines = price_lines(tx, &asking, &request.lines)?;
        make(&inside, tx, &asking, begun.notice, lines)?;
        keep(tx, &asking, &keyed, &begun)?;
        Ok::<_, CreateTopUpError>(load(tx, &asking, begun)?)
    });
    trip.await
}

/// `create_top_up`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Input(request): Input<TopUpRequest>,
) -> ApiResult<TopUpView> {
    let way = request.way;
    let trip = begin(&app, &caller, request).await.map_err(ApiError::from)?;
    let arrival = match way {
        TopUpWay::Online => go(&app, trip).await?,
        TopUpWay::Notice => make_payable(&app, trip).await?,
    };
    arrived(arrival, app.now()).map(Json)
}
