//! The lock, other apps, and links that open a page.

use crate::portal::Shell;
use api::notices::DocumentView;
use bridge::{CommandError, LinkView, LockView, SetLockArgs, ShareTextArgs, UnlockedView};
use tauri::State;

#[tauri::command]
pub(super) async fn lock_status(shell: State<'_, Shell>) -> Result<LockView, CommandError> {
    Ok(shell.lock_status().await)
}

#[tauri::command]
pub(super) async fn set_lock(
    args: SetLockArgs,
    shell: State<'_, Shell>,
) -> Result<UnlockedView, CommandError> {
    shell.set_lock(args.on).await
}

#[tauri::command]
pub(super) async fn unlock(shell: State<'_, Shell>) -> Result<UnlockedView, CommandError> {
    Ok(shell.unlock().await)
}

#[tauri::command]
pub(super) async fn share_document(
    args: DocumentView,
    shell: State<'_, Shell>,
) -> Result<bool, CommandError> {
    shell.share_document(args).await
}

#[tauri::command]
pub(super) async fn share_text(args: ShareTextArgs, shell: State<'_, Shell>) -> Result<bool, CommandError> {
    shell.share_text(args.text).await
}

#[tauri::command]
pub(super) async fn await_link(shell: State<'_, Shell>) -> Result<Option<LinkView>, CommandError> {
    Ok(shell.await_link().await)
}
