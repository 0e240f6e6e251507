//! The menus, in Italian: File, Modifica, Visualizza, Aiuto.

use crate::window::MAIN;
use std::sync::atomic::{AtomicU16, Ordering};
use tauri::{
    AppHandle, Manager, Runtime, WebviewWindow,
    menu::{AboutMetadata, Menu, MenuBuilder, MenuItem, Submenu, SubmenuBuilder},
};

/// Size of the page in per cent. Not remembered: whoever needs large text sets it in the system.
static ZOOM: AtomicU16 = AtomicU16::new(100);
const STEPS: [u16; 9] = [50, 67, 80, 90, 100, 125, 150, 200, 300];

const RELOAD: &str = "reload";
const CLOSE: &str = "close";
const QUIT: &str = "quit";
const LARGER: &str = "larger";
const SMALLER: &str = "smaller";
const NORMAL: &str = "normal";
const FULL_SCREEN: &str = "full_screen";

/// Builds the menu bar.
pub fn build<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Menu<R>> {
    let item = |id, text, keys| MenuItem::with_id(app, id, text, true, Some(keys));
    let file = SubmenuBuilder::new(app, "&File")
        .item(&item(RELOAD, "&Aggiorna", "CmdOrCtrl+R")?)
        .separator()
        .item(&item(CLOSE, "&Chiudi la finestra", "CmdOrCtrl+W")?)
        .item(&item(QUIT, "&Esci", "CmdOrCtrl+Q")?)
        .build()?;
    let view = SubmenuBuilder::new(app, "&Visualizza")
        .item(&item(LARGER, "&Ingrandisci", "CmdOrCtrl+=")?)
        .item(&item(SMALLER, "&Rimpicciolisci", "CmdOrCtrl+-")?)
        .item(&item(NORMAL, "Dimensione &normale", "CmdOrCtrl+0")?)
        .separator()
        .item(&item(FULL_SCREEN, "&Schermo intero", "F11")?)
        .build()?;
    let about = AboutMetadata {
        name: Some("Refettorio".into()),
        version: Some(app.package_info().version.to_string()),
        comments: Some("La mensa scolastica della tua famiglia.".into()),
        license: Some("EUPL-1.2".into()),
        icon: app.default_window_icon().cloned(),
        ..AboutMetadata::default()
    };
    let help = SubmenuBuilder::new(app, "A&iuto")
        .about_with_text("&Informazioni su Refettorio", Some(about))
        .build()?;
    MenuBuilder::new(app)
        .item(&file)
        .item(&edit(app)?)
        .item(&view)
        .item(&help)
        .build()
}

/// Editing by the system's own items.
#[cfg(not(target_os = "linux"))]
fn edit<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Submenu<R>> {
    SubmenuBuilder::new(app, "&Modifica")
        .undo_with_text("&Annulla")
        .redo_with_text("&Ripeti")
        .separator()
        .cut_with_text("&Taglia")
        .copy_with_text("&Copia")
        .paste_with_text("&Incolla")
        .separator()
        .select_all_with_text("&Seleziona tutto")
        .build()
}

/// Editing commands of `WebKit`, which has them under these names: GTK has no items of its own for a page.
#[cfg(target_os = "linux")]
const EDITING: [(&str, &str, &str); 6] = [
    ("Undo", "&Annulla", "CmdOrCtrl+Z"),
    ("Redo", "&Ripeti", "CmdOrCtrl+Shift+Z"),
    ("Cut", "&Taglia", "CmdOrCtrl+X"),
    ("Copy", "&Copia", "CmdOrCtrl+C"),
    ("Paste", "&Incolla", "CmdOrCtrl+V"),
    ("SelectAll", "&Seleziona tutto", "CmdOrCtrl+A"),
];

#[cfg(target_os = "linux")]
fn edit<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Submenu<R>> {
    let mut menu = SubmenuBuilder::new(app, "&Modifica");
    for (id, text, keys) in EDITING {
        if ["Cut", "SelectAll"].contains(&id) {
            menu = menu.separator();
        }
        menu = menu.item(&MenuItem::with_id(app, id, text, true, Some(keys))?);
    }
    menu.build()
}

/// Does what was chosen.
pub fn chosen<R: Runtime>(app: &AppHandle<R>, id: &str) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let done = match id {
        RELOAD => window.reload(),
        CLOSE => window.close(),
        QUIT => {
            app.exit(0);
            Ok(())
        }
        LARGER => zoom(&window, next(ZOOM.load(Ordering::Relaxed), 1)),
        SMALLER => zoom(&window, next(ZOOM.load(Ordering::Relaxed), -1)),
        NORMAL => zoom(&window, 100),
        FULL_SCREEN => window
            .is_fullscreen()
            .and_then(|full| window.set_fullscreen(!full)),
        other => editing(&window, other),
    };
    if let Err(error) = done {
        tracing::warn!(id, %error, "a menu item failed");
    }
}

#[cfg(target_os = "linux")]
fn editing<R: Runtime>(window: &WebviewWindow<R>, id: &str) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;
    let Some((command, ..)) = EDITING.iter().find(|(command, ..)| *command == id).copied() else {
        return Ok(());
    };
    window.with_webview(move |webview| webview.inner().execute_editing_command(command))
}

#[cfg(not(target_os = "linux"))]
fn editing<R: Runtime>(_: &WebviewWindow<R>, _: &str) -> tauri::Result<()> {
    Ok(())
}

fn zoom<R: Runtime>(window: &WebviewWindow<R>, per_cent: u16) -> tauri::Result<()> {
    ZOOM.store(per_cent, Ordering::Relaxed);
    window.set_zoom(f64::from(per_cent) / 100.0)
}

/// The next step, up or down; the last one stays.
fn next(now: u16, direction: isize) -> u16 {
    let at = STEPS.iter().position(|step| *step == now).unwrap_or(4);
    at.checked_add_signed(direction)
        .and_then(|at| STEPS.get(at))
        .copied()
        .unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_grows_and_shrinks_by_steps_and_stops_at_the_ends() {
        assert_eq!((next(100, 1), next(100, -1)), (125, 90));
        assert_eq!((next(300, 1), next(50, -1)), (300, 50));
    }
}
