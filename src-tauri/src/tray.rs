//! The icon beside the clock, while the app stays in the background: its window, the top-up, the end.
//!
//! On Linux there is not always a place for it; then there is none, and nothing breaks.

use crate::{background::Choices, portal::Shell, window};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicBool, Ordering},
};
use tauri::{
    AppHandle, Manager, Wry,
    menu::{Menu, MenuItem},
    tray::TrayIconBuilder,
};

/// Name of the icon.
const TRAY: &str = "background";
const OPEN: &str = "tray_open";
const TOP_UP: &str = "tray_top_up";
const QUIT: &str = "tray_quit";

/// An icon could not be made; it is not tried again.
static BROKEN: AtomicBool = AtomicBool::new(false);

/// Puts the icon where it is wanted and has a place, and takes it away where it is not.
pub fn arrange(app: &AppHandle) {
    let wanted = app.try_state::<Choices>().is_some_and(|choices| choices.stays());
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let wanted = wanted && has_a_place().await && !BROKEN.load(Ordering::Relaxed);
        let inside = app.clone();
        // Icons and menus are the main thread's.
        let arranged = app.run_on_main_thread(move || match (wanted, inside.tray_by_id(TRAY)) {
            (true, None) => {
                // On Linux the library for it is looked for now, and panics where it is not there.
                let built = catch_unwind(AssertUnwindSafe(|| build(&inside)));
                if !matches!(built, Ok(Ok(()))) {
                    BROKEN.store(true, Ordering::Relaxed);
                    tracing::warn!("no icon beside the clock: is libayatana-appindicator3-1 installed?");
                }
            }
            (false, Some(_)) => drop(inside.remove_tray_by_id(TRAY)),
            _ => {}
        });
        if let Err(error) = arranged {
            tracing::warn!(%error, "no icon beside the clock");
        }
    });
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let item = |id, text| MenuItem::with_id(app, id, text, true, None::<&str>);
    let menu = Menu::with_items(
        app,
        &[
            &item(OPEN, "Apri Refettorio")?,
            &item(TOP_UP, "Ricarica")?,
            &item(QUIT, "Esci")?,
        ],
    )?;
    let mut tray = TrayIconBuilder::<Wry>::with_id(TRAY)
        .menu(&menu)
        .tooltip("Refettorio")
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()));
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app).map(drop)
}

fn chosen(app: &AppHandle, id: &str) {
    match id {
        OPEN => window::focus(app),
        TOP_UP => {
            window::focus(app);
            let app = app.clone();
            tauri::async_runtime::spawn(async move { app.state::<Shell>().page("/ricarica").await });
        }
        QUIT => app.exit(0),
        _ => {}
    }
}

/// Whether there is a place for an icon: on Linux somebody who shows them.
#[cfg(target_os = "linux")]
pub async fn has_a_place() -> bool {
    use tokio::time::timeout;

    /// So long the bus may take.
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let asked = async {
        let bus = zbus::Connection::session().await?;
        let answer = bus
            .call_method(
                Some("org.freedesktop.DBus"),
                "/org/freedesktop/DBus",
                Some("org.freedesktop.DBus"),
                "NameHasOwner",
                &(WATCHER),
            )
            .await?;
        answer.body().deserialize::<bool>()
    };
    match timeout(PATIENCE, asked).await {
        Ok(Ok(there)) => there && !BROKEN.load(Ordering::Relaxed),
        Err(_) => {
            tracing::debug!("the bus does not answer");
            false
        }
        Ok(Err(error)) => {
            tracing::debug!(%error, "nobody shows icons beside the clock");
            false
        }
    }
}

/// macOS and Windows always have one.
#[cfg(not(target_os = "linux"))]
pub async fn has_a_place() -> bool {
    true
}
