//! Asks again and again, as long as something is under way.

use crate::{platform::use_here, remote::use_wake};
use dioxus::prelude::*;

/// How long to wait before asking once more, in milliseconds: often while somebody stands there, seldom later.
fn pause(asked: u32) -> u32 {
    match asked {
        0..8 => 2_500,
        8..20 => 5_000,
        _ => 15_000,
    }
}

/// Asks again, as long as it is drawn and can be seen.
#[component]
pub fn Watch(onlook: EventHandler<()>) -> Element {
    let here = use_here();
    let mut asked = use_hook(|| CopyValue::new(0_u32));
    use_wake(move || asked.set(0));
    use_future(move || {
        let here = here.clone();
        async move {
            loop {
                here.sleep(pause(asked())).await;
                if here.visible() {
                    asked += 1;
                    onlook.call(());
                }
            }
        }
    });
    rsx! {}
}
