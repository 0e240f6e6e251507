//! The enrolment for another year can be renewed: told once, when it opens, to whoever looks after the papers of a child
//! that was enrolled. A job, because no act calls for it.

use super::{Teller, Word};
use crate::App;
use chrono::{Days, NaiveTime};
use domain::{
    BodyId, Instant,
    body::Renewal,
    message::Text,
    telling::Topic,
    time::{day_in_rome, instant_in_rome},
};
use storage::{StorageError, Tx, calendar, telling};

/// So long after the opening it is still news. Less than messages are kept, by which one is known to have been told.
const NEWS: Days = Days::new(14);
/// Who left the canteen longer ago than that has nothing to renew.
const LEFT: Days = Days::new(200);

/// Puts into the outbox what is to be told of now; answers how many messages that are.
pub async fn due(app: &App) -> Result<usize, StorageError> {
    let now = app.now();
    let open = app.store.read(move |tx| {
        let mut open = Vec::new();
        for body in calendar::bodies(tx)? {
            let renewal = calendar::rules(tx, body)?.settings.renewal;
            if let Some(renewal) = renewal.filter(|renewal| is_news(renewal, now))
                && !telling::renewers(tx, body, day_in_rome(now), left(now), opens(&renewal))?.is_empty()
            {
                open.push((body, renewal));
            }
        }
        Ok::<_, StorageError>(open)
    });
    let mut said = 0;
    for (body, renewal) in open.await? {
        let inside = app.clone();
        said += app
            .store
            .write(move |tx| tell(tx, &inside, (body, &renewal), now))
            .await?;
    }
    Ok(said)
}

fn is_news(renewal: &Renewal, now: Instant) -> bool {
    let today = day_in_rome(now);
    (renewal.opens..=renewal.last_day).contains(&today) && today < renewal.opens + NEWS
}

fn opens(renewal: &Renewal) -> Instant {
    instant_in_rome(renewal.opens, NaiveTime::MIN)
}

fn left(now: Instant) -> domain::ServiceDay {
    day_in_rome(now) - LEFT
}

fn tell(
    tx: &mut dyn Tx,
    app: &App,
    (body, renewal): (BodyId, &Renewal),
    now: Instant,
) -> Result<usize, StorageError> {
    let teller = Teller {
        chance: &*app.chance,
        now,
        body,
    };
    let mut said = 0;
    for (person, children) in telling::renewers(tx, body, day_in_rome(now), left(now), opens(renewal))? {
        let (who, children) = children.into_iter().unzip();
        let word = Word {
            person,
            topic: Topic::Renewal,
            cause: format!("renewal/{}", renewal.year),
            due: now,
            expires: instant_in_rome(renewal.last_day, NaiveTime::MIN).checked_add_days(Days::new(1)),
            text: Text::RenewalOpens {
                year: renewal.year.clone(),
                last_day: renewal.last_day,
                children,
                who,
            },
        };
        said += teller.say(tx, &word)?;
    }
    Ok(said)
}
