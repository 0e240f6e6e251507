//! Documents that are kept.

use crate::portal::Shell;
use api::notices::DocumentView;
use bridge::{CommandError, SavedView};
use tauri::State;

#[tauri::command]
pub(super) async fn save_document(
    args: DocumentView,
    shell: State<'_, Shell>,
) -> Result<SavedView, CommandError> {
    shell.save_document(&args).await
}
