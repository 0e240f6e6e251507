//! What a web page can do, in the shell's window as in a browser.

use super::Later;
use domain::Instant;
use js_sys::{Function, Promise, Reflect};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, VisibilityState, Window};

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
        let tell = Closure::<dyn FnMut()>::new(move || {
            for resolve in told.take() {
                let _ = resolve.call0(&JsValue::NULL);
            }
        });
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

    pub fn copy(text: &str) {
        let Some(window) = window() else { return };
        let navigator: JsValue = window.navigator().into();
        if let Ok(clipboard) = Reflect::get(&navigator, &"clipboard".into())
            && let Ok(write) = Reflect::get(&clipboard, &"writeText".into())
            && let Ok(write) = write.dyn_into::<Function>()
        {
            let _ = write.call1(&clipboard, &text.into());
        }
    }
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
        fn copy(&self, text: &str) {
            $crate::platform::page::Page::copy(text);
        }
    };
}
pub(super) use page_half;
