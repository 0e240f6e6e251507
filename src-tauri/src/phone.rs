//! The phone's halves of [`crate::lock`] and [`crate::share`], and what the system says of the app: thin hands around
//! plugins, with nothing to decide. Only type-checked where there is no phone (`docs/mobile.md`).

use crate::{
    lock::{self, Authenticator, Lock},
    portal::Shell,
    settings::Settings,
    share::{Share, Sheet},
    window::MAIN,
};
use bridge::{LockMeans, UnlockOutcome};
use client::Clock;
use std::{path::Path, sync::Arc};
use tauri::{AppHandle, Builder, Manager, WindowEvent, Wry, plugin::mobile::PluginInvokeError};
use tauri_plugin_biometric::{AuthOptions, BiometricExt, BiometryType};
use tauri_plugin_sharekit::{ShareExt, ShareFileOptions, ShareTextOptions};
use url::Url;

/// The plugins that only phones have, and the ear for coming and going.
pub fn on_a_phone(builder: Builder<Wry>) -> Builder<Wry> {
    builder
        .plugin(tauri_plugin_biometric::init())
        .plugin(tauri_plugin_sharekit::init())
        .on_window_event(|window, event| {
            let Some(shell) = window.try_state::<Shell>() else {
                return;
            };
            match event {
                WindowEvent::Suspended => shell.lock().left(),
                // An iPhone that was only covered, by a call or by its own question, is focused and never resumed.
                WindowEvent::Resumed | WindowEvent::Focused(true) => shell.lock().came_back(),
                _ => {}
            }
        })
}

/// The lock of this phone.
pub fn lock(app: &AppHandle<Wry>, settings: Settings, clock: Clock) -> Lock {
    Lock::new(settings, Arc::new(Asker(app.clone())), clock)
}

/// What asks who holds the phone.
struct Asker(AppHandle<Wry>);

impl Authenticator for Asker {
    fn means(&self) -> LockMeans {
        match self.0.biometric().status() {
            Ok(status) if !status.is_available => LockMeans::Code,
            Ok(status) => match status.biometry_type {
                BiometryType::FaceID => LockMeans::Face,
                BiometryType::TouchID => LockMeans::Finger,
                BiometryType::None => LockMeans::Code,
            },
            Err(error) => {
                tracing::warn!(%error, "the phone does not say how it knows people");
                LockMeans::None
            }
        }
    }

    fn ask(&self) -> UnlockOutcome {
        let options = AuthOptions {
            allow_device_credential: true,
            cancel_title: Some("Annulla".to_owned()),
            fallback_title: Some("Usa il codice".to_owned()),
            title: Some("Refettorio".to_owned()),
            ..AuthOptions::default()
        };
        let reason = "Mostra che sei tu per aprire la mensa della tua famiglia.".to_owned();
        match self.0.biometric().authenticate(reason, options) {
            Ok(()) => UnlockOutcome::Known,
            Err(error) => {
                let tauri_plugin_biometric::Error::PluginInvoke(PluginInvokeError::InvokeRejected(rejected)) =
                    error
                else {
                    tracing::warn!(%error, "the phone cannot ask who it is");
                    return UnlockOutcome::Unavailable;
                };
                lock::outcome(rejected.code.as_deref())
            }
        }
    }
}

/// The way to other apps on this phone. None where it has no folder for what is handed over.
pub fn share(app: &AppHandle<Wry>) -> Option<Share> {
    let cache = app
        .path()
        .app_cache_dir()
        .inspect_err(|error| tracing::warn!(%error, "no folder for what is handed over"))
        .ok()?;
    let sheet = Box::new(SystemSheet(app.clone()));
    // An iPhone's half copies into this very folder, and keeps an older copy of the same name: writing the file there
    // ourselves makes it the newest. Android's half copies into the cache and would empty a file that is there already.
    Some(if cfg!(target_os = "ios") {
        Share::new(std::env::temp_dir(), Vec::new(), sheet)
    } else {
        Share::new(cache.join("da-condividere"), vec![cache], sheet)
    })
}

struct SystemSheet(AppHandle<Wry>);

impl Sheet for SystemSheet {
    fn file(&self, path: &Path, media_type: &str) -> Result<(), String> {
        let window = self.0.get_webview_window(MAIN).ok_or("no window")?;
        let url = Url::from_file_path(path).map_err(|()| "no address for the file")?;
        let options = ShareFileOptions {
            mime_type: Some(media_type.to_owned()),
            ..ShareFileOptions::default()
        };
        left_is_done(self.0.share().share_file(window, url.into(), options))
    }

    fn text(&self, text: &str) -> Result<(), String> {
        let window = self.0.get_webview_window(MAIN).ok_or("no window")?;
        let options = ShareTextOptions::default();
        left_is_done(self.0.share().share_text(window, text.to_owned(), options))
    }
}

/// Android calls every sheet that was closed cancelled, also where something was handed over.
fn left_is_done(handed: tauri_plugin_sharekit::Result<()>) -> Result<(), String> {
    match handed {
        Err(error) if error.to_string().contains("cancelled") => Ok(()),
        other => other.map_err(|error| error.to_string()),
    }
}
