//! Persone: the adults around a child, what each may do, changing and ending a delegation.

pub(crate) mod change;
mod end;
mod list;

use crate::http::Routes;
use api::people::{ChangeBond, EndBond, ListPeople};

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<ListPeople, _>(list::handle)
        .operation::<ChangeBond, _>(change::handle)
        .operation::<EndBond, _>(end::handle)
}
