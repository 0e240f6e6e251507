//! What a receipt says, put into what is shown of today.

use api::meals::{ActSummaryView, DayView, ReceiptView, TodayView};
use domain::meals::{Choice, Standing};

/// Puts what a receipt says into what is shown, so that it is there in the same moment.
pub fn register(view: &mut TodayView, receipt: &ReceiptView) {
    for line in &receipt.lines {
        let day = view
            .children
            .iter_mut()
            .filter(|child| child.child == line.child)
            .map(|child| &mut child.day)
            .find(|day| day.day == line.day);
        if let Some(day) = day {
            become_so(day, receipt);
        }
    }
}

fn become_so(day: &mut DayView, receipt: &ReceiptView) {
    (day.standing, day.may) = match receipt.choice {
        Choice::DoesNotEat => (Standing::Cancelled, Some(Choice::Eats)),
        Choice::Eats => (Standing::Expected, Some(Choice::DoesNotEat)),
    };
    day.closes_at = receipt.undo_until.or(day.closes_at);
    day.act = Some(ActSummaryView {
        number: receipt.number.clone(),
        at: receipt.at,
        mine: true,
    });
}
