//! "Oggi non mangia", from a reminder: cancels today for the children that it names, and says what became of it.

use super::{Watch, is_unanswered};
use api::{
    ErrorBody, ErrorCode, NoQuery,
    meals::{ChangePeriod, GetToday, OnRefused, PeriodDays, PeriodRequest, PeriodView, TodayView},
    notifications::NotificationView,
};
use domain::{ChildId, meals::Choice, meals::Standing, time::wall_clock_in_rome};

/// What the app says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// First line.
    pub(super) title: String,
    /// What follows.
    pub(super) body: String,
}

/// Cancels, once however often it is tried: the reminder's own id is the key.
pub(super) async fn today(watch: &Watch, reminder: &NotificationView, named: &[ChildId]) -> Said {
    let (title, body) = match cancel(watch, reminder, named).await {
        Ok(said) => said,
        Err(error) => (NOT_DONE.to_owned(), refused(&error)),
    };
    Said { title, body }
}

const DONE: &str = "Disdetta registrata";
const ALREADY: &str = "Nessuna disdetta da fare";
const NOT_DONE: &str = "Disdetta non fatta";
const UNSURE: &str = "Disdetta da controllare";
const UNANSWERED: &str = "Il portale non ha risposto e non si sa se la disdetta è arrivata. Apri l'app e controlla; se \
                          il tempo stringe, chiama l'ufficio mensa.";

async fn cancel(
    watch: &Watch,
    reminder: &NotificationView,
    named: &[ChildId],
) -> Result<(String, String), ErrorBody> {
    let view = watch.ask(&GetToday {}, &NoQuery {}, &(), None).await?;
    let late = reminder.until.is_some_and(|until| until <= view.now);
    let of_it: Vec<_> = view
        .children
        .iter()
        .filter(|child| named.contains(&child.child))
        .collect();
    let eating: Vec<_> = of_it
        .iter()
        .filter(|child| !late && child.day.may == Some(Choice::DoesNotEat))
        .map(|child| child.child)
        .collect();
    if eating.is_empty() {
        let cancelled = !of_it.is_empty()
            && of_it
                .iter()
                .all(|child| child.day.standing == Standing::Cancelled);
        return Ok(if cancelled {
            let body = "La mensa di oggi era già stata disdetta: non devi fare altro.";
            (ALREADY.to_owned(), body.to_owned())
        } else if late {
            (NOT_DONE.to_owned(), too_late(&view, reminder))
        } else {
            (ALREADY.to_owned(), nothing(&view))
        });
    }
    let request = PeriodRequest {
        children: eating,
        days: PeriodDays::List {
            days: vec![view.today],
        },
        choice: Choice::DoesNotEat,
        refused: OnRefused::Skip,
    };
    let key = reminder.id.to_string().parse().ok();
    // It may have arrived although no answer came: the same act is asked for once more.
    let mut done = watch.ask(&ChangePeriod {}, &NoQuery {}, &request, key).await;
    let lost = done.as_ref().is_err_and(is_unanswered);
    if lost {
        done = watch.ask(&ChangePeriod {}, &NoQuery {}, &request, key).await;
    }
    match done {
        Ok(done) => Ok(told(&view, &done)),
        // Whoever is not signed in any more is not told what became of the first time.
        Err(error) if is_unanswered(&error) || (lost && error.code == ErrorCode::Unauthenticated) => {
            Ok((UNSURE.to_owned(), UNANSWERED.to_owned()))
        }
        Err(error) => Err(error),
    }
}

fn told(view: &TodayView, done: &PeriodView) -> (String, String) {
    let Some(receipt) = &done.receipt else {
        return (
            NOT_DONE.to_owned(),
            "Il portale non ha registrato la disdetta. Apri l'app e riprova, oppure chiama l'ufficio."
                .to_owned(),
        );
    };
    let names: Vec<&str> = view
        .children
        .iter()
        .filter(|child| receipt.lines.iter().any(|line| line.child == child.child))
        .map(|child| child.first_name.as_str())
        .collect();
    let verb = if names.len() == 1 { "mangia" } else { "mangiano" };
    let mut body = format!(
        "Oggi {} non {verb} a scuola. Registrata alle {}, ricevuta {}.",
        joined(&names),
        wall_clock_in_rome(receipt.at).format("%-H:%M:%S"),
        receipt.number
    );
    let left: Vec<&str> = view
        .children
        .iter()
        .filter(|child| {
            let refused = |line: &&api::meals::RefusedDayView| line.child == child.child;
            done.refused
                .iter()
                .find(refused)
                .is_some_and(|line| line.code != ErrorCode::AlreadySo)
        })
        .map(|child| child.first_name.as_str())
        .collect();
    if !left.is_empty() {
        body.push_str(" Non è stato possibile per ");
        body.push_str(&joined(&left));
        body.push_str(": apri l'app per vedere perché.");
    }
    (DONE.to_owned(), body)
}

fn too_late(view: &TodayView, reminder: &NotificationView) -> String {
    let hour = reminder
        .until
        .map(|until| wall_clock_in_rome(until).format(" alle %-H:%M").to_string());
    format!(
        "L'orario per disdire è passato{}. Per un imprevisto chiama l'ufficio: {}.",
        hour.unwrap_or_default(),
        view.phone
    )
}

fn nothing(view: &TodayView) -> String {
    format!(
        "Per oggi non risulta un pasto da disdire. Apri l'app e guarda il calendario; se non torna, chiama l'ufficio: {}.",
        view.phone
    )
}

/// The portal's words already say what to do next; where it did not answer, nothing was asked for yet.
fn refused(error: &ErrorBody) -> String {
    match error.code {
        _ if is_unanswered(error) => {
            "Il portale non risponde e la disdetta non è partita. Riprova dall'app quando torna la \
                               rete; se il tempo stringe, chiama l'ufficio mensa."
                .to_owned()
        }
        ErrorCode::Unauthenticated => {
            "L'accesso è scaduto e la disdetta non è partita. Apri l'app, accedi e riprova.".to_owned()
        }
        _ => error.message.clone(),
    }
}

fn joined(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} e {last}", first.join(", ")),
    }
}
