//! Draws screens without a browser, and presses what is on them.

use crate::{
    app::Contexts,
    platform::{Here, fake::Fake},
    route::Route,
};
use dioxus::{
    core::{ElementId, NoOpMutations},
    history::{History, MemoryHistory},
    prelude::*,
};
use dioxus_html::{PlatformEventData, SerializedHtmlEventConverter, SerializedMouseData};
use futures_util::FutureExt;
use std::{any::Any, rc::Rc};

/// The whole interface at an address.
pub struct Screen {
    dom: VirtualDom,
    pub fake: Fake,
}

#[component]
fn Root(fake: Handed<Fake>, path: String) -> Element {
    use_context_provider(|| Here::new(fake.0.clone()));
    provide_history_context(use_hook(|| {
        Rc::new(MemoryHistory::with_initial_path(path.clone())) as Rc<dyn History>
    }));
    rsx! {
        Contexts { Router::<Route> {} }
    }
}

/// A prop that never changes.
#[derive(Clone)]
struct Handed<T>(T);
impl<T> PartialEq for Handed<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Screen {
    /// Opens an address and lets everything settle that can.
    pub fn open(fake: Fake, path: &str) -> Self {
        dioxus_html::set_event_converter(Box::new(SerializedHtmlEventConverter));
        let props = RootProps {
            fake: Handed(fake.clone()),
            path: path.to_owned(),
        };
        let mut dom = VirtualDom::new_with_props(Root, props);
        dom.rebuild_in_place();
        let mut screen = Self { dom, fake };
        screen.settle();
        screen
    }

    /// Lets everything happen that can happen without time going by.
    pub fn settle(&mut self) {
        for _ in 0..64 {
            if self.dom.wait_for_work().now_or_never().is_none() {
                return;
            }
            self.dom.render_immediate(&mut NoOpMutations);
        }
        panic!("the screen never settles");
    }

    /// What is drawn.
    pub fn html(&self) -> String {
        dioxus_ssr::render(&self.dom)
    }
}
