//! Enti: what anybody may know of them.

mod get;
mod list;

use crate::{http::Routes, logins::Logins};
use api::bodies::{BodyView, CutOffView, GetBody, ListBodies, SchoolView};
use domain::{
    SchoolId,
    cutoff::{Action, CutOff},
};
use storage::{
    StorageError, Tx,
    bodies::{self, Body, CutOffRule},
};

/// This noun's operations.
pub fn routes() -> Routes {
    Routes::new()
        .operation::<ListBodies, _>(list::handle)
        .operation::<GetBody, _>(get::handle)
}

/// A body as anybody sees it.
pub fn view(tx: &mut dyn Tx, logins: &Logins, body: Body) -> Result<BodyView, StorageError> {
    let rules = bodies::cut_offs(tx, body.id)?;
    let schools = bodies::schools(tx, body.id)?
        .into_iter()
        .filter_map(|(id, name)| {
            let cancel = rule_of(&rules, id, Action::Cancel)?;
            let book = rule_of(&rules, id, Action::Book)?;
            Some(SchoolView { name, cancel, book })
        })
        .collect();
    Ok(BodyView {
        slug: body.slug,
        name: body.name,
        kind: body.settings.kind,
        contacts: body.settings.contacts,
        providers: logins.views(&body.settings.sign_in_ways),
        sign_in_ways: body.settings.sign_in_ways,
        model: body.settings.model,
        wallet_scope: body.settings.wallet_scope,
        schools,
    })
}

/// The school's own rule, or its body's.
fn rule_of(rules: &[CutOffRule], school: SchoolId, action: Action) -> Option<CutOffView> {
    let of = |whose: Option<SchoolId>| rules.iter().find(|r| r.school == whose && r.action == action);
    let CutOff {
        days_before,
        at,
        max_ahead_days,
    } = of(Some(school)).or_else(|| of(None))?.rule;
    Some(CutOffView {
        days_before,
        at,
        max_ahead_days,
    })
}
