//! The shell: a window around the interface, the keychain, and HTTP to the chosen portal.
//!
//! Knows no rule of the canteen. Never gives a token to the page, never logs one, and speaks to nobody but the
//! portal that the person chose.
//!
//! To add a command: a type in `crates/bridge`, a function of its name in [`commands`], its name in the table
//! there and in `src-tauri/permissions/bridge.toml`; tests compare the three.

#[cfg(desktop)]
pub mod background;
pub mod checkout;
pub mod commands;
pub mod downloads;
#[cfg(target_os = "linux")]
pub mod engine;
pub mod keychain;
pub mod links;
pub mod lock;
pub mod login;
#[cfg(desktop)]
pub mod menu;
#[cfg(desktop)]
pub mod notifications;
#[cfg(mobile)]
pub mod phone;
pub mod portal;
pub mod settings;
pub mod share;
#[cfg(desktop)]
pub mod tray;
#[cfg(desktop)]
pub mod watch;
pub mod window;

use portal::Shell;
use std::{
    env,
    io::{self, IsTerminal},
    process::ExitCode,
    sync::Arc,
};
use tauri::Manager;
use tauri_plugin_deep_link::DeepLinkExt;
use tracing_subscriber::EnvFilter;

/// Runs the app until it is closed.
pub fn run() -> ExitCode {
    // What is logged names operations and causes, never paths, bodies or tokens.
    let filter = EnvFilter::try_from_env("REFETTORIO_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,refettorio_shell=info,refettorio_client=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .init();
    match builder().build(tauri::generate_context!()) {
        Ok(app) => {
            app.run(happened);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the app cannot start");
            ExitCode::FAILURE
        }
    }
}

/// What the system says of a running app: a click in the Dock brings back the window that was hidden.
#[cfg(target_os = "macos")]
fn happened(app: &tauri::AppHandle, event: tauri::RunEvent) {
    if matches!(event, tauri::RunEvent::Reopen { .. }) {
        window::focus(app);
    }
}

/// Elsewhere a second start brings it back.
#[cfg(not(target_os = "macos"))]
fn happened(_: &tauri::AppHandle, _: tauri::RunEvent) {}

/// Where a phone's project enters; on the desktop `main` does.
#[cfg(mobile)]
mod entry {
    #[tauri::mobile_entry_point]
    fn enter() {
        // A phone has no use for it: what went wrong is in the log.
        let _code = super::run();
    }
}

fn builder() -> tauri::Builder<tauri::Wry> {
    let builder = tauri::Builder::default();
    // First, so that a second start ends before it opens anything.
    #[cfg(desktop)]
    let builder = builder
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _| {
            background::started_again(app, &arguments);
        }))
        .plugin(background::autostart())
        .on_window_event(background::on_window)
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(window::remembered())
                .build(),
        )
        .menu(menu::build)
        .on_menu_event(|app, event| menu::chosen(app, event.id().as_ref()));
    #[cfg(mobile)]
    let builder = phone::on_a_phone(builder);
    builder
        .plugin(tauri_plugin_deep_link::init())
        .plugin(
            tauri_plugin_opener::Builder::new()
                .open_js_links_on_click(false)
                .build(),
        )
        .invoke_handler(commands::handler())
        .setup(|app| {
            let folder = app.path().app_config_dir()?;
            let settings = settings::Settings::at(&folder);
            let shell = Shell::new(
                settings.clone(),
                Arc::new(keychain::Keychain::of_the_system(&folder)),
                checkout::Opener::of_the_system(
                    app.handle(),
                    env::var("REFETTORIO_SHELL_OPENER").ok().as_deref(),
                ),
                downloads::Downloads::of_the_system(app.handle()),
                env::var("REFETTORIO_PORTAL").ok(),
                portal::system_clock(),
            );
            #[cfg(mobile)]
            let shell = shell
                .with_lock(phone::lock(app.handle(), settings, portal::system_clock()))
                .with_share(phone::share(app.handle()));
            app.manage(shell);
            #[cfg(desktop)]
            background::start(app.handle(), settings);
            // What a browser hands over to a running app; on Linux and Windows a second start brings it.
            let opened = app.handle().clone();
            app.deep_link()
                .on_open_url(move |event| follow(&opened, event.urls()));
            // What it was started with.
            match app.deep_link().get_current() {
                Ok(urls) => follow(app.handle(), urls.unwrap_or_default()),
                Err(error) => tracing::warn!(%error, "nobody says by which link the app was started"),
            }
            #[cfg(desktop)]
            let hidden = background::starts_hidden(app.handle());
            #[cfg(mobile)]
            let hidden = false;
            if !hidden {
                window::open(app.handle())?;
            }
            Ok(())
        })
}

/// Follows links, once the shell knows its portal.
fn follow(app: &tauri::AppHandle, urls: Vec<url::Url>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        for url in urls {
            app.state::<Shell>().link(url.as_str()).await;
        }
    });
}
