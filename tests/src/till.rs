//! The checkout page, where a person pays. In the browser it comes in the same window; the desktop app opens it in
//! the system's browser, for which a window of Chromium stands in.

use crate::{
    pages::{Place, Window},
    world::World,
};
use anyhow::Context;

/// What a person does at the checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Pays and goes back by the button.
    PayAndReturn,
    /// Pays and closes the browser before going back.
    PayAndClose,
    /// The payment is refused.
    Refused,
    /// Looks at the page and leaves it, by the window's own cross.
    Leave,
}

/// Goes to the checkout, decides, and comes back to the app in one way or another.
pub async fn go(world: &World, window: &Window, place: Place, decision: Decision) -> anyhow::Result<()> {
    match place {
        Place::Chromium => {
            decide(window, decision).await?;
            if matches!(decision, Decision::PayAndClose | Decision::Leave) {
                // The tab was closed; later the person opens the app again.
                window.goto(&world.portal_url).await?;
            }
            Ok(())
        }
        Place::Desktop => {
            let opened = world.path("opened-urls");
            let url = window_opened(window, &opened).await?;
            let browser = Window::chromium(1280, 900, false).await?;
            browser.goto(&url).await?;
            decide(&browser, decision).await?;
            browser.close().await
        }
    }
}

/// Waits for the address that the shell opened, and takes it.
pub async fn window_opened(window: &Window, file: &std::path::Path) -> anyhow::Result<String> {
    window
        .until("the checkout is opened in the system browser", async || {
            Ok(std::fs::read_to_string(file).is_ok_and(|text| text.contains("http")))
        })
        .await?;
    let text = std::fs::read_to_string(file)?;
    std::fs::remove_file(file)?;
    text.lines()
        .last()
        .map(str::to_owned)
        .context("no address was opened")
}

async fn decide(browser: &Window, decision: Decision) -> anyhow::Result<()> {
    match decision {
        Decision::PayAndReturn => {
            browser.click("#paga").await?;
            browser.click("#continua").await
        }
        Decision::PayAndClose => {
            browser.click("#paga").await?;
            browser.see("#continua").await.map(drop)
        }
        Decision::Leave => browser.see("#paga").await.map(drop),
        Decision::Refused => {
            browser.click("#rifiuta").await?;
            browser.click("#continua").await
        }
    }
}
