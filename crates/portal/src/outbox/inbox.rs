//! Notifications for a computer that asks by itself: what is delivered lies ready until it asks.

use super::deliver::end;
use crate::App;
use api::notifications::{NotificationAction, NotificationActionView};
use domain::message::{Message, Text};
use notify::{
    CarryError, Content, Parcel,
    words::{Note, NoteAction, NoteActionId},
};
use storage::{
    StorageError,
    notifications::{self, Words},
    outbox::{self, Taken},
};

/// Lays one ready for a desktop, and counts it as delivered in the same transaction. True where it lies there.
pub(super) async fn put(app: &App, taken: Taken, parcel: &Parcel) -> Result<bool, StorageError> {
    let Content::Note(note) = &parcel.content else {
        let other = CarryError::Never("a computer shows notes only".to_owned());
        return end(app, taken, Err(other)).await;
    };
    let actions = match serde_json::to_string(&actions(note, taken.message.as_ref())) {
        Ok(actions) => actions,
        Err(error) => return end(app, taken, Err(CarryError::Never(error.to_string()))).await,
    };
    let words = Words {
        title: note.title.clone(),
        words: note.body.clone(),
        path: note.path.clone(),
        tag: note.tag.clone(),
        actions,
    };
    let (id, now) = (taken.id, app.now());
    let write = app.store.write(move |tx| {
        // One that was withdrawn on its way is not laid ready.
        let laid = notifications::put(tx, id, &words, now)?;
        outbox::delivered(tx, id, now)?;
        Ok::<_, StorageError>(laid)
    });
    let laid = write.await?;
    if laid {
        tracing::info!(%id, channel = "desktop", "delivered");
    }
    Ok(laid)
}

/// The buttons, with whom each is about: what is done at once is done for those that the words name.
fn actions(note: &Note, message: Option<&Message>) -> Vec<NotificationActionView> {
    let named = match message.map(|message| &message.text) {
        Some(Text::MorningReminder { who, .. }) => who.clone(),
        _ => Vec::new(),
    };
    let view = |action: &NoteAction| match action.id {
        NoteActionId::TopUp => (NotificationAction::TopUp, Vec::new()),
        NoteActionId::AbsentToday => (NotificationAction::AbsentToday, named.clone()),
    };
    note.actions
        .iter()
        .map(|action| {
            let (id, children) = view(action);
            NotificationActionView {
                id,
                label: action.label.clone(),
                path: action.path.clone(),
                children,
            }
        })
        .collect()
}
