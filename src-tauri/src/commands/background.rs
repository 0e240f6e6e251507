//! What the app does on this computer besides showing its window.

use crate::portal::Shell;
use bridge::{BackgroundView, CommandError, SetBackgroundArgs};
use tauri::{AppHandle, Runtime, State};

#[cfg(desktop)]
mod here {
    use super::{AppHandle, BackgroundView, CommandError, Runtime, SetBackgroundArgs};
    use crate::background::Choices;
    use tauri::{Manager, Wry};

    /// The one runtime that there is; another is a test's, which has no background.
    fn real<R: Runtime>(app: &AppHandle<R>) -> Option<AppHandle<Wry>> {
        let app: &dyn std::any::Any = app;
        app.downcast_ref::<AppHandle<Wry>>().cloned()
    }

    pub(super) async fn view<R: Runtime>(app: &AppHandle<R>) -> Option<BackgroundView> {
        let app = real(app)?;
        let choices = app.try_state::<Choices>()?;
        Some(choices.view(&app).await)
    }

    pub(super) async fn set<R: Runtime>(
        app: &AppHandle<R>,
        wish: SetBackgroundArgs,
    ) -> Option<Result<BackgroundView, CommandError>> {
        let app = real(app)?;
        let choices = app.try_state::<Choices>()?;
        Some(choices.set(&app, wish).await)
    }
}

#[cfg(not(desktop))]
mod here {
    use super::{AppHandle, BackgroundView, CommandError, Runtime, SetBackgroundArgs};

    pub(super) async fn view<R: Runtime>(_: &AppHandle<R>) -> Option<BackgroundView> {
        None
    }

    pub(super) async fn set<R: Runtime>(
        _: &AppHandle<R>,
        _: SetBackgroundArgs,
    ) -> Option<Result<BackgroundView, CommandError>> {
        None
    }
}

#[tauri::command]
pub(super) async fn background_status<R: Runtime>(app: AppHandle<R>) -> Result<BackgroundView, CommandError> {
    Ok(here::view(&app).await.unwrap_or(BackgroundView::NONE))
}

#[tauri::command]
pub(super) async fn set_background<R: Runtime>(
    args: SetBackgroundArgs,
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Result<BackgroundView, CommandError> {
    shell.guard().await?;
    here::set(&app, args).await.unwrap_or(Ok(BackgroundView::NONE))
}
