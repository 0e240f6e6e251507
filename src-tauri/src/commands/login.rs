//! Accesso con SPID e CIE.

use crate::{portal::Shell, window};
use api::logins::RedeemedLoginView;
use bridge::{CommandError, LoginArgs, PendingLoginView, StartLoginArgs};
use tauri::{AppHandle, Runtime, State};

#[tauri::command]
pub(super) async fn start_login(
    args: StartLoginArgs,
    shell: State<'_, Shell>,
) -> Result<PendingLoginView, CommandError> {
    shell.start_login(args).await
}

#[tauri::command]
pub(super) async fn pending_login(shell: State<'_, Shell>) -> Result<Option<PendingLoginView>, CommandError> {
    Ok(shell.logins().pending())
}

#[tauri::command]
pub(super) async fn open_login(args: LoginArgs, shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.open_login(args.login).await
}

#[tauri::command]
pub(super) async fn await_login<R: Runtime>(
    app: AppHandle<R>,
    args: LoginArgs,
    shell: State<'_, Shell>,
) -> Result<RedeemedLoginView, CommandError> {
    let ended = shell.await_login(args.login).await?;
    // The person is in the browser, and goes on here.
    window::focus(&app);
    Ok(ended)
}

#[tauri::command]
pub(super) async fn cancel_login(args: LoginArgs, shell: State<'_, Shell>) -> Result<(), CommandError> {
    shell.logins().cancel(Some(args.login));
    Ok(())
}
