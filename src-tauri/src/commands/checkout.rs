//! The way to the checkout.

use crate::portal::Shell;
use bridge::{CommandError, OpenCheckoutArgs};
use tauri::State;

#[tauri::command]
pub(super) async fn open_checkout(
    args: OpenCheckoutArgs,
    shell: State<'_, Shell>,
) -> Result<(), CommandError> {
    shell.open_checkout(&args.url).await
}
