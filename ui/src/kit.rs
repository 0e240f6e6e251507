//! Draws screens without a browser, and presses what is on them.

pub mod sample;

use crate::{
    app::Contexts,
    platform::{Here, fake::Fake},
    route::Route,
};
use dioxus::{
    core::{AttributeValue, DynamicNode, ElementId, NoOpMutations, TemplateAttribute, TemplateNode, VNode},
    history::{History, MemoryHistory, provide_history_context},
    html::{
        PlatformEventData, SerializedFormData, SerializedHtmlEventConverter, SerializedMouseData,
        SerializedTouchData, set_event_converter,
    },
    prelude::*,
};
use futures_util::FutureExt;
use std::{any::Any, rc::Rc};

/// The whole interface at an address.
pub struct Screen {
    dom: VirtualDom,
    /// The place where it runs.
    pub fake: Fake,
}

/// A prop that never changes.
#[derive(Clone)]
struct Handed<T>(T);
impl<T> PartialEq for Handed<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[component]
fn Root(fake: Handed<Fake>, path: String) -> Element {
    use_context_provider(|| Here::new(fake.0.clone()));
    use_hook(|| {
        provide_history_context(Rc::new(MemoryHistory::with_initial_path(path.clone())) as Rc<dyn History>);
    });
    rsx! {
        Contexts { Router::<Route> {} }
    }
}

/// An element that is drawn: its attributes, who listens, and its words.
struct Found {
    attributes: Vec<(String, String)>,
    listeners: Vec<(String, ElementId)>,
    words: String,
}

impl Screen {
    /// Opens an address and lets everything settle that can.
    pub fn open(fake: Fake, path: &str) -> Self {
        set_event_converter(Box::new(SerializedHtmlEventConverter));
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
        for _ in 0..200 {
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

    /// Whether these words are drawn, however they are broken into elements.
    pub fn says(&self, words: &str) -> bool {
        let plain = |text: &str| text.replace('\u{a0}', " ");
        plain(&self.words()).contains(&plain(words))
    }

    /// All words that are drawn.
    pub fn words(&self) -> String {
        self.all()
            .into_iter()
            .next()
            .map(|all| all.words)
            .unwrap_or_default()
    }

    /// Whether an element with this `data-testid` is drawn.
    pub fn has(&self, testid: &str) -> bool {
        self.count(testid) > 0
    }

    /// How many elements have this `data-testid`.
    pub fn count(&self, testid: &str) -> usize {
        self.all().iter().filter(|f| is(f, testid)).count()
    }

    /// The words of the first element with this `data-testid`.
    pub fn text(&self, testid: &str) -> String {
        self.find(testid).words
    }

    /// An attribute of the first element with this `data-testid`.
    pub fn attribute(&self, testid: &str, name: &str) -> Option<String> {
        let attributes = self.find(testid).attributes;
        attributes
            .into_iter()
            .find_map(|(n, value)| (n == name).then_some(value))
    }

    /// Presses the first element with this `data-testid`, as a finger does: once.
    pub fn press(&mut self, testid: &str) {
        self.press_nth(testid, 0);
    }

    /// Presses one of several.
    pub fn press_nth(&mut self, testid: &str, index: usize) {
        let found = self.all().into_iter().filter(|f| is(f, testid)).nth(index);
        self.click(&found.unwrap_or_else(|| panic!("no {testid} in {}", self.html())));
        self.settle();
    }

    /// Presses twice before anything can be drawn in between.
    pub fn press_twice(&mut self, testid: &str) {
        let found = self.find(testid);
        self.click(&found);
        self.click(&found);
        self.settle();
    }

    /// Presses the first button or link that says exactly these words.
    pub fn press_words(&mut self, words: &str) {
        let plain = |text: &str| text.replace('\u{a0}', " ").trim().to_owned();
        let found = self
            .all()
            .into_iter()
            .find(|f| plain(&f.words) == words && f.listeners.iter().any(|(name, _)| name == "onclick"));
        self.click(&found.unwrap_or_else(|| panic!("nothing says {words} in {}", self.html())));
        self.settle();
    }

    /// Presses the element with this `aria-label`.
    pub fn press_label(&mut self, label: &str) {
        let found = self.all().into_iter().find(|f| {
            f.attributes
                .iter()
                .any(|(name, value)| name == "aria-label" && value == label)
        });
        self.click(&found.unwrap_or_else(|| panic!("nothing is labelled {label} in {}", self.html())));
        self.settle();
    }

    /// Types into a field.
    pub fn fill(&mut self, testid: &str, text: &str) {
        let found = self.find(testid);
        let data = SerializedFormData::new(text.to_owned(), Vec::new());
        self.tell(&found, "input", Box::new(data));
        self.settle();
    }

    /// Ticks a box or chooses one of several, or unticks it.
    pub fn tick(&mut self, testid: &str, index: usize, holds: bool) {
        let found = self.all().into_iter().filter(|f| is(f, testid)).nth(index);
        let found = found.unwrap_or_else(|| panic!("no {testid} in {}", self.html()));
        let data = SerializedFormData::new(holds.to_string(), Vec::new());
        self.tell(&found, "change", Box::new(data));
        self.settle();
    }

    /// Puts fingers on the page, moves them, or lifts them.
    pub fn touch(&mut self, event: &str, fingers: &[(f64, f64)]) {
        let points: Vec<_> = fingers
            .iter()
            .enumerate()
            .map(|(id, (x, y))| touch_point(id, *x, *y))
            .collect();
        let data = serde_json::json!({
            "alt_key": false, "ctrl_key": false, "meta_key": false, "shift_key": false,
            "touches": points, "changed_touches": [], "target_touches": points,
        });
        let data: SerializedTouchData = serde_json::from_value(data).unwrap();
        let found = self.find("page");
        self.tell(&found, event, Box::new(data));
        self.settle();
    }

    /// Sends the form around the first element with this `data-testid`; the form itself carries it.
    pub fn submit(&mut self, form_testid: &str) {
        let found = self.find(form_testid);
        let data = SerializedFormData::new(String::new(), Vec::new());
        self.tell(&found, "submit", Box::new(data));
        self.settle();
    }

    fn click(&self, found: &Found) {
        if found
            .attributes
            .iter()
            .any(|(name, value)| name == "disabled" && value == "true")
        {
            return;
        }
        self.tell(found, "click", Box::new(SerializedMouseData::default()));
    }

    fn tell(&self, found: &Found, event: &str, data: Box<dyn Any>) {
        let listener = format!("on{event}");
        let element = found.listeners.iter().find(|(name, _)| *name == listener);
        let (_, element) = element.unwrap_or_else(|| panic!("nobody listens for {event}"));
        let data: Rc<dyn Any> = Rc::new(PlatformEventData::new(data));
        self.dom
            .runtime()
            .handle_event(event, Event::new(data, true), *element);
    }

    fn find(&self, testid: &str) -> Found {
        let found = self.all().into_iter().find(|f| is(f, testid));
        found.unwrap_or_else(|| panic!("no {testid} in {}", self.html()))
    }

    fn all(&self) -> Vec<Found> {
        let mut all = vec![Found {
            attributes: vec![],
            listeners: vec![],
            words: String::new(),
        }];
        let words = self.walk(self.dom.base_scope().root_node(), &mut all);
        all[0].words = words;
        all
    }

    fn walk(&self, node: &VNode, all: &mut Vec<Found>) -> String {
        node.template
            .roots
            .iter()
            .map(|root| self.walk_template(root, node, all))
            .collect()
    }

    fn walk_template(&self, template: &TemplateNode, node: &VNode, all: &mut Vec<Found>) -> String {
        match template {
            TemplateNode::Text { text } => (*text).to_owned(),
            TemplateNode::Dynamic { id } => match &node.dynamic_nodes[*id] {
                DynamicNode::Text(text) => text.value.clone(),
                DynamicNode::Placeholder(_) => String::new(),
                DynamicNode::Fragment(nodes) => nodes.iter().map(|n| self.walk(n, all)).collect(),
                DynamicNode::Component(component) => component
                    .mounted_scope(*id, node, &self.dom)
                    .map(|scope| self.walk(scope.root_node(), all))
                    .unwrap_or_default(),
            },
            TemplateNode::Element { attrs, children, .. } => {
                let mut found = Found {
                    attributes: vec![],
                    listeners: vec![],
                    words: String::new(),
                };
                for attribute in *attrs {
                    self.read(attribute, node, &mut found);
                }
                let place = all.len();
                all.push(found);
                let words: String = children
                    .iter()
                    .map(|c| self.walk_template(c, node, all))
                    .collect();
                all[place].words.clone_from(&words);
                words
            }
        }
    }

    fn read(&self, attribute: &TemplateAttribute, node: &VNode, found: &mut Found) {
        match attribute {
            TemplateAttribute::Static { name, value, .. } => {
                found.attributes.push(((*name).to_owned(), (*value).to_owned()));
            }
            TemplateAttribute::Dynamic { id } => {
                let element = node.mounted_dynamic_attribute(*id, &self.dom);
                for attribute in &node.dynamic_attrs[*id] {
                    match (&attribute.value, element) {
                        (AttributeValue::Listener(_), Some(element)) => {
                            found.listeners.push((attribute.name.to_owned(), element));
                        }
                        (AttributeValue::Text(text), _) => {
                            found.attributes.push((attribute.name.to_owned(), text.clone()));
                        }
                        (AttributeValue::Bool(value), _) => {
                            found
                                .attributes
                                .push((attribute.name.to_owned(), value.to_string()));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

fn touch_point(id: usize, x: f64, y: f64) -> serde_json::Value {
    serde_json::json!({
        "identifier": id, "client_x": x, "client_y": y, "screen_x": x, "screen_y": y, "page_x": x, "page_y": y,
        "force": 1.0, "radius_x": 1, "radius_y": 1, "rotation_angle": 0.0,
    })
}

fn is(found: &Found, testid: &str) -> bool {
    found
        .attributes
        .iter()
        .any(|(name, value)| name == "data-testid" && value == testid)
}
