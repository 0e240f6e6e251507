//! Starts the interface in the page.

fn main() {
    dioxus::launch(ui::app::App);
}
