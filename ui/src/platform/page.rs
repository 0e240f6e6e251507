//! What a web page can do, in the shell's window as in a browser.

use super::Later;
use api::notices::DocumentView;
use domain::Instant;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, FilePropertyBag, HtmlElement, Url, VisibilityState, Window};

/// Who is told when the person comes back.
type Waiting = Rc<RefCell<Vec<Function>>>;

/// The page, and who waits for the person to come back to it.
#[derive(Clone, Default)]
pub struct Page {
    waiting: Rc<RefCell<Option<Waiting>>>,
}

pub fn window() -> Option<Window> {
    web_sys::window()
}

/// Calls a method that may be absent in an old engine.
fn call_method(object: &JsValue, name: &str) {
    if let Ok(method) = Reflect::get(object, &name.into())
        && let Ok(method) = method.dyn_into::<Function>()
    {
        // What an engine refuses here changes nothing that the person asked for.
        let _ = method.call0(object);
    }
}

impl Page {
    pub fn now() -> Instant {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "JavaScript tells milliseconds as a float; they fit for 280 000 years"
        )]
        Instant::from_timestamp_millis(js_sys::Date::now() as i64).unwrap_or_default()
    }

    pub fn chance() -> [u8; 10] {
        let mut bytes = [0; 10];
        if let Some(crypto) = window().and_then(|w| w.crypto().ok()) {
            // Without randomness a key would repeat and the portal would refuse it: nothing is done twice.
            let _ = crypto.get_random_values_with_u8_array(&mut bytes);
        }
        bytes
    }

    pub fn sleep(millis: u32) -> Later<()> {
        let promise = Promise::new(&mut |resolve, _| {
            if let Some(window) = window() {
                let millis = i32::try_from(millis).unwrap_or(i32::MAX);
                // A page without timers waits for ever, which is what sleeping means there.
                let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
            }
        });
        Box::pin(async move {
            let _ = JsFuture::from(promise).await;
        })
    }

    /// Resolves when the window is looked at again, or the network comes or goes.
    pub fn wake(&self) -> Later<()> {
        let waiting = self.waiting();
        let promise = Promise::new(&mut |resolve, _| waiting.borrow_mut().push(resolve));
        Box::pin(async move {
            let _ = JsFuture::from(promise).await;
        })
    }

    fn waiting(&self) -> Waiting {
        if let Some(waiting) = self.waiting.borrow().as_ref() {
            return waiting.clone();
        }
        let waiting = Rc::new(RefCell::new(Vec::<Function>::new()));
        let told = waiting.clone();
        let tell = Closure::<dyn FnMut()>::new(move || wake_all(&told));
        if let Some(window) = window() {
            let listener = tell.as_ref().unchecked_ref();
            for event in ["focus", "online", "offline", "pageshow"] {
                let _ = window.add_event_listener_with_callback(event, listener);
            }
            if let Some(document) = window.document() {
                let _ = document.add_event_listener_with_callback("visibilitychange", listener);
            }
        }
        tell.forget();
        *self.waiting.borrow_mut() = Some(waiting.clone());
        waiting
    }

    /// As if the window were looked at again.
    pub fn rouse(&self) {
        wake_all(&self.waiting());
    }

    pub fn online() -> bool {
        window().is_none_or(|w| w.navigator().on_line())
    }

    pub fn visible() -> bool {
        let document = window().and_then(|w| w.document());
        document.is_none_or(|d| d.visibility_state() != VisibilityState::Hidden)
    }

    pub fn remember(name: &str, value: &str) {
        if let Some(Ok(Some(storage))) = window().map(|w| w.local_storage()) {
            // A browser that forgets only asks again.
            let _ = storage.set_item(name, value);
        }
    }

    pub fn recall(name: &str) -> Option<String> {
        window()?.local_storage().ok()??.get_item(name).ok()?
    }

    pub fn forget(name: &str) {
        if let Some(Ok(Some(storage))) = window().map(|w| w.local_storage()) {
            let _ = storage.remove_item(name);
        }
    }

    /// A word of the address, which is taken out of it: loading the page again does not say it a second time.
    pub fn take_query(name: &str) -> Option<String> {
        let window = window()?;
        let location = window.location();
        let query = location.search().ok()?;
        let value = query
            .trim_start_matches('?')
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?
            .to_owned();
        let history = window.history().ok()?;
        let path = location.pathname().ok()?;
        let state = history.state().unwrap_or(JsValue::NULL);
        // An address that keeps the word only says it again.
        let _ = history.replace_state_with_url(&state, "", Some(&path));
        Some(value)
    }

    /// Waits for a mark on the page, which `start.js` or the shell leaves there, and takes it away.
    pub fn summoned() -> Later<String> {
        const MARK: &str = "data-summons";
        Box::pin(async {
            loop {
                let root = window().and_then(|w| w.document()?.document_element());
                if let Some(path) = root.as_ref().and_then(|root| root.get_attribute(MARK)) {
                    let _ = root.map(|root| root.remove_attribute(MARK));
                    return path;
                }
                let told = Promise::new(&mut |resolve, _| {
                    if let Some(window) = window() {
                        // A page that cannot be told stays where it is.
                        let _ = window.add_event_listener_with_callback("refettorio-summons", &resolve);
                    }
                });
                let _ = JsFuture::from(told).await;
            }
        })
    }

    pub fn set_title(title: &str) {
        if let Some(document) = window().and_then(|w| w.document()) {
            document.set_title(title);
        }
    }

    fn element(id: &str) -> Option<HtmlElement> {
        window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
    }

    pub fn focus(id: &str) {
        if let Some(element) = Self::element(id) {
            let _ = element.focus();
        }
    }

    pub fn show_dialog(id: &str) {
        if let Some(element) = Self::element(id) {
            call_method(&element, "showModal");
        }
    }

    pub fn close_dialog(id: &str) {
        if let Some(element) = Self::element(id) {
            call_method(&element, "close");
        }
    }

    /// By the clipboard's own way, or as a keyboard does it, where the first is refused or absent.
    pub fn copy(text: &str) -> Later<bool> {
        let text = text.to_owned();
        Box::pin(async move {
            if let Some(promise) = write_text(&text)
                && JsFuture::from(promise).await.is_ok()
            {
                return true;
            }
            copy_selected(&text).is_some()
        })
    }

    /// Among the downloads. Nothing where the document is no PDF.
    pub fn keep(document: &DocumentView) -> Option<()> {
        let bytes = pdf(document)?;
        let kind = BlobPropertyBag::new();
        kind.set_type(&document.media_type);
        let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(&bytes), &kind).ok()?;
        let url = Url::create_object_url_with_blob(&blob).ok()?;
        let page = window()?.document()?;
        let anchor: HtmlElement = page.create_element("a").ok()?.dyn_into().ok()?;
        anchor.set_attribute("href", &url).ok()?;
        anchor.set_attribute("download", &document.file_name).ok()?;
        anchor.click();
        // The browser reads it a moment later.
        let forget = Closure::once_into_js(move || {
            let _ = Url::revoke_object_url(&url);
        });
        let _ =
            window()?.set_timeout_with_callback_and_timeout_and_arguments_0(forget.unchecked_ref(), 60_000);
        Some(())
    }

    /// No dialog is open, and nothing of the page is above the window.
    pub fn at_top() -> bool {
        let Some(window) = window() else { return false };
        let dialog = window
            .document()
            .and_then(|document| document.query_selector("dialog[open]").ok().flatten());
        dialog.is_none() && window.scroll_y().is_ok_and(|y| y <= 0.0)
    }

    /// Hides everything, or shows it again, dialogs too: by a mark that the style sheet knows.
    pub fn cover(covered: bool) {
        if let Some(root) = window()
            .and_then(|w| w.document())
            .and_then(|d| d.document_element())
        {
            let _ = if covered {
                root.set_attribute("data-covered", "")
            } else {
                root.remove_attribute("data-covered")
            };
        }
    }

    pub fn can_share_text() -> bool {
        window().is_some_and(|window| method(&window.navigator().into(), "share").is_some())
    }

    pub fn share_text(text: &str) -> Later<bool> {
        let promise = window().and_then(|window| {
            let navigator: JsValue = window.navigator().into();
            let what: JsValue = Object::new().into();
            Reflect::set(&what, &"text".into(), &text.into()).ok()?;
            method(&navigator, "share")?
                .call1(&navigator, &what)
                .ok()?
                .dyn_into()
                .ok()
        });
        Box::pin(handed(promise))
    }

    pub fn can_share() -> bool {
        let none = Uint8Array::new_with_length(0);
        shareable(&none, "avviso.pdf", "application/pdf").is_some()
    }

    pub fn share(document: &DocumentView) -> Later<bool> {
        let promise = pdf(document).and_then(|bytes| {
            let (navigator, files) = shareable(&bytes, &document.file_name, &document.media_type)?;
            method(&navigator, "share")?
                .call1(&navigator, &files)
                .ok()?
                .dyn_into::<Promise>()
                .ok()
        });
        Box::pin(handed(promise))
    }
}

fn wake_all(waiting: &Waiting) {
    for resolve in waiting.take() {
        let _ = resolve.call0(&JsValue::NULL);
    }
}

/// Whether something was handed over. Who leaves the sheet wanted it so.
async fn handed(promise: Option<Promise>) -> bool {
    let Some(promise) = promise else { return false };
    match JsFuture::from(promise).await {
        Ok(_) => true,
        Err(error) => Reflect::get(&error, &"name".into()).is_ok_and(|name| name == "AbortError"),
    }
}

/// A method that may be absent in an old engine.
pub(super) fn method(object: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(object, &name.into()).ok()?.dyn_into().ok()
}

fn write_text(text: &str) -> Option<Promise> {
    let navigator: JsValue = window()?.navigator().into();
    let clipboard = Reflect::get(&navigator, &"clipboard".into()).ok()?;
    let written = method(&clipboard, "writeText")?.call1(&clipboard, &text.into());
    written.ok()?.dyn_into().ok()
}

/// Selects the text in a field that nobody sees, copies it, and gives the focus back.
fn copy_selected(text: &str) -> Option<()> {
    let document = window()?.document()?;
    let before = document.active_element();
    let field: HtmlElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    field.set_class_name("visually-hidden");
    Reflect::set(&field, &"value".into(), &text.into()).ok()?;
    document.body()?.append_child(&field).ok()?;
    call_method(&field, "select");
    let copied =
        method(&document, "execCommand").and_then(|command| command.call1(&document, &"copy".into()).ok());
    field.remove();
    if let Some(Ok(before)) = before.map(JsCast::dyn_into::<HtmlElement>) {
        let _ = before.focus();
    }
    (copied? == JsValue::TRUE).then_some(())
}

/// The bytes of a document, where it is a PDF.
fn pdf(document: &DocumentView) -> Option<Uint8Array> {
    let binary = window()?.atob(&document.content).ok()?;
    let bytes: Vec<u8> = binary.chars().filter_map(|c| u8::try_from(c).ok()).collect();
    let good = document.media_type == "application/pdf" && bytes.starts_with(b"%PDF-");
    good.then(|| Uint8Array::from(bytes.as_slice()))
}

/// The navigator and what it would share, where it can share such a file.
fn shareable(bytes: &Uint8Array, name: &str, media_type: &str) -> Option<(JsValue, JsValue)> {
    let navigator: JsValue = window()?.navigator().into();
    let kind = FilePropertyBag::new();
    kind.set_type(media_type);
    let file = File::new_with_u8_array_sequence_and_options(&Array::of1(bytes), name, &kind).ok()?;
    let files: JsValue = Object::new().into();
    Reflect::set(&files, &"files".into(), &Array::of1(&file)).ok()?;
    method(&navigator, "share")?;
    let can = method(&navigator, "canShare")?.call1(&navigator, &files).ok()?;
    (can == JsValue::TRUE).then_some((navigator, files))
}

/// The page's half of [`super::Platform`], the same in both places.
macro_rules! page_half {
    () => {
        fn now(&self) -> domain::Instant {
            $crate::platform::page::Page::now()
        }
        fn chance(&self) -> [u8; 10] {
            $crate::platform::page::Page::chance()
        }
        fn sleep(&self, millis: u32) -> $crate::platform::Later<()> {
            $crate::platform::page::Page::sleep(millis)
        }
        fn wake(&self) -> $crate::platform::Later<()> {
            self.page.wake()
        }
        fn online(&self) -> bool {
            $crate::platform::page::Page::online()
        }
        fn visible(&self) -> bool {
            $crate::platform::page::Page::visible()
        }
        fn remember(&self, name: &str, value: &str) {
            $crate::platform::page::Page::remember(name, value);
        }
        fn recall(&self, name: &str) -> Option<String> {
            $crate::platform::page::Page::recall(name)
        }
        fn forget(&self, name: &str) {
            $crate::platform::page::Page::forget(name);
        }
        fn summoned(&self) -> $crate::platform::Later<String> {
            $crate::platform::page::Page::summoned()
        }
        fn set_title(&self, title: &str) {
            $crate::platform::page::Page::set_title(title);
        }
        fn focus(&self, id: &str) {
            $crate::platform::page::Page::focus(id);
        }
        fn show_dialog(&self, id: &str) {
            $crate::platform::page::Page::show_dialog(id);
        }
        fn close_dialog(&self, id: &str) {
            $crate::platform::page::Page::close_dialog(id);
        }
        fn copy(&self, text: &str) -> $crate::platform::Later<bool> {
            $crate::platform::page::Page::copy(text)
        }
        fn at_top(&self) -> bool {
            $crate::platform::page::Page::at_top()
        }
        fn rouse(&self) {
            self.page.rouse();
        }
    };
}
pub(super) use page_half;
