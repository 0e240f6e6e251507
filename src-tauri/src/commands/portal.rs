//! Which portal, and calls to it.

use crate::portal::Shell;
use api::{Call, Reply};
use bridge::{ChoosePortalArgs, CommandError, StatusView};
use tauri::State;

#[tauri::command]
pub(super) async fn shell_status(shell: State<'_, Shell>) -> Result<StatusView, CommandError> {
    Ok(shell.status().await)
}

#[tauri::command]
pub(super) async fn choose_portal(
    args: ChoosePortalArgs,
    shell: State<'_, Shell>,
) -> Result<StatusView, CommandError> {
    shell.choose_portal(&args.address).await
}

#[tauri::command]
pub(super) async fn call_portal(args: Call, shell: State<'_, Shell>) -> Result<Reply, CommandError> {
    shell.call(args).await
}
