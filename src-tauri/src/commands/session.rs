//! Accesso and uscita.

use crate::portal::Shell;
use api::{
    Call,
    sessions::{ChoosePasswordRequest, SessionView, SignInRequest},
};
use bridge::{CommandError, SignOutArgs, StatusView};
use tauri::State;

#[tauri::command]
pub(super) async fn sign_in(
    args: SignInRequest,
    shell: State<'_, Shell>,
) -> Result<SessionView, CommandError> {
    shell.sign_in(args).await
}

#[tauri::command]
pub(super) async fn choose_password(
    args: ChoosePasswordRequest,
    shell: State<'_, Shell>,
) -> Result<SessionView, CommandError> {
    shell.choose_password(&args).await
}

#[tauri::command]
pub(super) async fn open_session(args: Call, shell: State<'_, Shell>) -> Result<SessionView, CommandError> {
    shell.open_session(args).await
}

#[tauri::command]
pub(super) async fn sign_out(args: SignOutArgs, shell: State<'_, Shell>) -> Result<StatusView, CommandError> {
    shell.sign_out(args.everywhere).await
}
