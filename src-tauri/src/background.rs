//! The app in the background: stays when its window is closed, and starts with the computer, both by choice only.
//!
//! A window that is closed is hidden, and comes back from the tray, by starting the app again, or from a notification.
//! Where there is no place for a tray, starting the app again is the way, and the person is told so.

use crate::{
    notifications::Desk,
    portal::Shell,
    settings::{Background, Settings},
    tray,
    watch::{App, Watch},
    window,
};
use api::{Call, ErrorBody, ErrorCode, Reply};
use async_trait::async_trait;
use bridge::{BackgroundView, NotificationsHere, SetBackgroundArgs};
use std::{env, sync::Arc, time::Duration};
use tauri::{AppHandle, Manager, Window, WindowEvent, Wry, plugin::TauriPlugin};
use tauri_plugin_autostart::ManagerExt;
use tokio::time::{sleep, timeout};

/// The argument with which the system starts the app at login: no window.
pub const ARGUMENT: &str = "--in-background";

/// How often it is looked whether there is a place for the tray by now: a panel may start after the app.
const TRAY_EVERY: Duration = Duration::from_secs(30);
/// So long a choice waits for the portal.
const PATIENCE: Duration = Duration::from_secs(3);

/// Lets the app start with the computer, where the person chose it.
pub fn autostart() -> TauriPlugin<Wry> {
    tauri_plugin_autostart::Builder::new().arg(ARGUMENT).build()
}

/// Whether the program was started by the system.
fn is_asked_for() -> bool {
    env::args().any(|argument| argument == ARGUMENT)
}

/// A second start: the window comes forward, unless the system started it.
pub fn started_again(app: &AppHandle, arguments: &[String]) {
    if !arguments.iter().any(|argument| argument == ARGUMENT) {
        window::focus(app);
    }
}

/// Begins to watch, with these settings.
pub fn start(app: &AppHandle, settings: Settings) {
    let watch = Watch::new(Arc::new(Around(app.clone())), Arc::new(Desk), settings.clone());
    app.manage(Choices {
        settings,
        watch: Arc::clone(&watch),
    });
    let (ears, told) = (app.clone(), Arc::clone(&watch));
    tauri::async_runtime::spawn(async move {
        loop {
            ears.state::<Shell>().changed().await;
            told.somebody_changed().await;
        }
    });
    tauri::async_runtime::spawn(watch.run());
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            if stays(&app) {
                tray::arrange(&app);
            }
            sleep(TRAY_EVERY).await;
        }
    });
}

/// Whether the app stays when its window is closed.
fn stays(app: &AppHandle) -> bool {
    app.try_state::<Choices>().is_some_and(|choices| choices.stays())
}

/// Whether it starts without a window: the system started it, and it stays. Whoever no longer wants that, in an entry that
/// was left behind, would have a program that nobody sees.
pub fn starts_hidden(app: &AppHandle) -> bool {
    is_asked_for() && stays(app)
}

/// A window is about to close: hidden instead, where the app stays. One that is looked at: somebody is there.
pub fn on_window(window: &Window, event: &WindowEvent) {
    let api = match event {
        WindowEvent::CloseRequested { api, .. } => api,
        WindowEvent::Focused(true) => {
            if let Some(shell) = window.try_state::<Shell>() {
                shell.seen();
            }
            return;
        }
        _ => return,
    };
    let Some(choices) = window.try_state::<Choices>() else {
        return;
    };
    if !choices.settings.background().keeps_watching {
        return;
    }
    match window.hide() {
        Ok(()) => {
            api.prevent_close();
            // The place for it may have come after the app.
            tray::arrange(window.app_handle());
        }
        Err(error) => tracing::warn!(%error, "the window cannot be hidden and closes"),
    }
}

/// What was chosen, and who acts on it.
#[derive(Debug)]
pub struct Choices {
    settings: Settings,
    watch: Arc<Watch>,
}

impl Choices {
    /// Whether the app stays when its window is closed.
    pub fn stays(&self) -> bool {
        self.settings.background().keeps_watching
    }

    /// How it stands.
    pub async fn view(&self, app: &AppHandle) -> BackgroundView {
        let Background {
            notifies,
            keeps_watching,
        } = self.settings.background();
        BackgroundView {
            possible: true,
            notifies,
            keeps_watching,
            starts_at_login: starts_at_login(app),
            tray: tray::has_a_place().await,
            notifications: if self.watch.works().await {
                NotificationsHere::Works
            } else {
                NotificationsHere::None
            },
        }
    }

    /// Chooses. An app that does not stay does not start by itself either: it would end with its first window.
    pub async fn set(&self, app: &AppHandle, wish: SetBackgroundArgs) -> Result<BackgroundView, ErrorBody> {
        let chosen = Background {
            notifies: wish.notifies,
            keeps_watching: wish.keeps_watching,
        };
        if chosen.notifies && !self.settings.background().notifies {
            self.watch.chosen_anew();
        }
        self.settings.remember_background(chosen).map_err(|error| {
            tracing::error!(%error, "the choice cannot be kept");
            not_kept()
        })?;
        let starts = wish.starts_at_login && wish.keeps_watching;
        if starts != starts_at_login(app) {
            let autostart = app.autolaunch();
            let done = if starts {
                autostart.enable()
            } else {
                autostart.disable()
            };
            done.map_err(|error| {
                tracing::error!(%error, "the start at login cannot be changed");
                not_kept()
            })?;
        }
        tray::arrange(app);
        // The portal knows this computer by the time that the page asks it; where it does not answer, later.
        let watch = Arc::clone(&self.watch);
        let looked = tokio::spawn(async move { watch.turn().await });
        let _in_time = timeout(PATIENCE, looked).await;
        self.watch.wake();
        Ok(self.view(app).await)
    }
}

fn starts_at_login(app: &AppHandle) -> bool {
    app.autolaunch()
        .is_enabled()
        .inspect_err(|error| tracing::warn!(%error, "the start at login is not known"))
        .unwrap_or(false)
}

fn not_kept() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Internal,
        "Questo computer non ha lasciato salvare la scelta. Controlla che ci sia spazio sul disco e riprova.",
    )
}

/// The app around the watcher.
struct Around(AppHandle);

#[async_trait]
impl App for Around {
    async fn signed_in(&self) -> bool {
        self.0.state::<Shell>().is_signed_in().await
    }

    async fn call(&self, call: Call) -> Result<Reply, ErrorBody> {
        self.0.state::<Shell>().call(call).await
    }

    async fn open(&self, path: &str) {
        window::focus(&self.0);
        // By the same door as a link from outside: only pages that it knows.
        self.0.state::<Shell>().page(path).await;
    }
}
