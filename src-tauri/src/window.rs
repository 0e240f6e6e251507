//! The window: opened once, brought forward by a second start, and never led away from the interface.

use tauri::{AppHandle, Manager, Runtime, Url, WebviewWindowBuilder, webview::NewWindowResponse};
use tauri_plugin_opener::OpenerExt;

/// Label of the only window.
pub const MAIN: &str = "main";

/// Opens the window that `tauri.conf.json` describes.
pub fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let Some(settings) = app
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == MAIN)
    else {
        return Err(tauri::Error::WindowNotFound);
    };
    let own = app.config().build.dev_url.clone();
    let (calls, help) = (app.clone(), app.clone());
    let window = WebviewWindowBuilder::from_config(app, settings)?
        .on_navigation(move |url| {
            if is_a_person(url) {
                // The office's number or mailbox: the system knows what to do with it.
                if let Err(error) = calls.opener().open_url(url.as_str(), None::<&str>) {
                    tracing::warn!(%error, "nothing opens a telephone or mail address here");
                }
                return false;
            }
            is_own(url, own.as_ref())
        })
        .on_new_window(move |url, _| {
            if is_help(&url)
                && let Err(error) = help.opener().open_url(url.as_str(), None::<&str>)
            {
                tracing::warn!(%error, "no browser");
            }
            NewWindowResponse::Deny
        })
        // For the buttons that copy a code: without it the page cannot write to the clipboard on Linux.
        .enable_clipboard_access()
        .build()?;
    #[cfg(target_os = "linux")]
    crate::engine::revive(&window)?;
    #[cfg(not(target_os = "linux"))]
    drop(window);
    Ok(())
}

/// Brings the window forward; opens it where there is none.
pub fn focus<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(MAIN) else {
        // The app was started without one.
        if let Err(error) = open(app) {
            tracing::error!(%error, "the window does not open");
        }
        return;
    };
    #[cfg(desktop)]
    let up = window.unminimize();
    // A phone's window is never an icon.
    #[cfg(mobile)]
    let up = tauri::Result::Ok(());
    let forward = up.and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(error) = forward {
        tracing::warn!(%error, "the window does not come forward");
    }
}

/// What of the window is as it was at the next start. Not whether it is visible: a hidden window helps nobody.
#[cfg(desktop)]
pub fn remembered() -> tauri_plugin_window_state::StateFlags {
    use tauri_plugin_window_state::StateFlags;
    StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED
}

/// Where SPID and CIE explain themselves: the only pages of others that the interface links to.
const HELP: [&str; 2] = ["www.spid.gov.it", "www.cartaidentita.interno.gov.it"];

/// True for those pages, which the system's browser opens.
fn is_help(url: &Url) -> bool {
    url.scheme() == "https"
        && url.host_str().is_some_and(|host| HELP.contains(&host))
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
}

fn is_a_person(url: &Url) -> bool {
    ["tel", "mailto"].contains(&url.scheme())
}

/// True for the interface's own pages.
fn is_own(url: &Url, dev: Option<&Url>) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => {
            url.host_str() == Some("tauri.localhost")
                || dev.is_some_and(|dev| cfg!(debug_assertions) && dev.origin() == url.origin())
        }
        "about" => url.as_str() == "about:blank",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pages_that_explain_spid_and_cie_are_opened_elsewhere() {
        let help = |text: &str| is_help(&Url::parse(text).unwrap());
        assert!(help("https://www.spid.gov.it/richiedi-spid"));
        assert!(help("https://www.cartaidentita.interno.gov.it/richiedi/"));
        for text in [
            "http://www.spid.gov.it/",
            "https://spid.gov.it.evil.example/",
            "https://www.spid.gov.it:8443/",
            "https://io@www.spid.gov.it/",
            "https://evil.example/?www.spid.gov.it",
        ] {
            assert!(!help(text), "{text}");
        }
    }

    #[test]
    fn the_window_stays_with_the_interface() {
        let own = |text: &str| is_own(&Url::parse(text).unwrap(), None);
        assert!(own("tauri://localhost/calendario") && own("http://tauri.localhost/") && own("about:blank"));
        for text in [
            "https://evil.example/",
            "http://localhost:1420/",
            "tauri://evil/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
        ] {
            assert!(!own(text), "{text}");
        }
        let dev = Url::parse("http://127.0.0.1:1430").unwrap();
        assert!(is_own(
            &Url::parse("http://127.0.0.1:1430/x").unwrap(),
            Some(&dev)
        ));
        assert!(!is_own(
            &Url::parse("http://127.0.0.1:1431/x").unwrap(),
            Some(&dev)
        ));
    }
}
