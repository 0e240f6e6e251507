//! A login at a certified provider that somebody else wrote (npm's `oidc-provider`), from the button to the first page
//! and by the way back of each place. The provider's clock is the machine's, and so is the portal's here.

use super::Story;
use crate::{
    pages::{Place, Window, id},
    report::Report,
    secrets::Secrets,
    till,
    world::World,
};
use anyhow::Context;
use std::env;

/// Tells this part.
pub async fn tell(place: Place, report: &mut Report) -> anyhow::Result<()> {
    let said =
        |name: &str| env::var(name).with_context(|| format!("{name} is not set: run `cargo xtask interop`"));
    let (peer, port) = (said("STORY_OIDC_PEER")?, said("STORY_PORTAL_PORT")?.parse()?);
    let world = report
        .step(
            "a portal that knows the certified provider starts",
            World::start_at(&now(), port, &peer),
        )
        .await?;
    let story = Story {
        world: &world,
        place,
        secrets: Secrets::default(),
    };
    let told = story.certified(report).await;
    told.with_context(|| format!("the portal's last words: {}", world.tail()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the provider of this part has no other clock"
)]
fn now() -> String {
    chrono::Utc::now().to_rfc3339()
}

impl Story<'_> {
    async fn certified(&self, report: &mut Report) -> anyhow::Result<()> {
        let window = report.step("the app opens", self.open()).await?;
        let w = &window;
        report
            .step(
                "cancelled consent: the words, and nobody is in",
                self.cancelled(w),
            )
            .await?;
        report
            .step("the level is read: the first is too low", self.too_low(w))
            .await?;
        report
            .step("the fiscal code is read: it leads home", self.known(w))
            .await?;
        window.close().await
    }

    async fn cancelled(&self, w: &Window) -> anyhow::Result<()> {
        self.choose_body(w).await?;
        self.there_and_back(w, "refuses").await?;
        w.says(&id("login-outcome"), "Non sei entrato").await
    }

    async fn too_low(&self, w: &Window) -> anyhow::Result<()> {
        self.there_and_back(w, "level-one").await?;
        w.says(&id("login-outcome"), "livello 2").await?;
        // The provider still knows who was there, at the level that is too low.
        if self.place == Place::Chromium {
            w.forget_cookies().await?;
        }
        Ok(())
    }

    async fn known(&self, w: &Window) -> anyhow::Result<()> {
        self.there_and_back(w, "agrees").await?;
        w.click(&id("nav-profile")).await?;
        w.says("main", "Marta").await
    }

    /// Goes to the provider by the button, decides there, and comes back.
    async fn there_and_back(&self, w: &Window, choice: &str) -> anyhow::Result<()> {
        self.world.set_clock(&now())?;
        w.click("[data-testid=\"login-provider\"][data-kind=\"spid\"]")
            .await?;
        let choice = format!("#{choice}");
        match self.place {
            Place::Chromium => w.click(&choice).await,
            Place::Desktop => {
                w.see(&id("login-number")).await?;
                let url = till::window_opened(w, &self.world.path("opened-urls")).await?;
                let browser = Window::chromium(1280, 900, false).await?;
                browser.goto(&url).await?;
                browser.click(&choice).await?;
                // Whoever is known goes on to the app's own door; others stay on a page that says why.
                let end = if choice == "#agrees" {
                    "Puoi tornare all'app"
                } else {
                    ""
                };
                browser.gone(&choice).await?;
                browser.says("h1", end).await?;
                browser.close().await
            }
        }
    }
}
