//! Pictures of the running app, for the README and for eyes: each screen at 390 and 1280 px, light and dark.

use crate::{
    pages::{Window, id},
    report::Report,
    story::{BADGE, FIRST},
    world::World,
};
use anyhow::Context;
use std::path::{Path, PathBuf};

/// 08:42 on a Monday with service.
const MORNING: &str = "2026-11-23T07:42:00Z";
const PASSWORD: &str = "quattro mele verdi in cesta";

/// Takes all pictures into `STORY_SCREENSHOTS`.
pub async fn take(report: &mut Report) -> anyhow::Result<()> {
    let folder =
        PathBuf::from(std::env::var_os("STORY_SCREENSHOTS").context("STORY_SCREENSHOTS is not set")?);
    std::fs::create_dir_all(&folder)?;
    let world = report
        .step("portal, sandbox and sample body start", World::start(MORNING))
        .await?;
    let mut password = world.provisional_password(BADGE).await?;
    for (name, width, height) in [("390", 390, 844), ("1280", 1280, 900)] {
        for dark in [false, true] {
            let look = if dark { "dark" } else { "light" };
            let series = Series {
                folder: &folder,
                suffix: format!("{name}-{look}"),
                world: &world,
            };
            let window = Window::chromium(width, height, dark).await?;
            report
                .step(&format!("{name} px, {look}"), series.all(&window, &mut password))
                .await?;
            window.close().await?;
        }
    }
    Ok(())
}

struct Series<'a> {
    folder: &'a Path,
    suffix: String,
    world: &'a World,
}

impl Series<'_> {
    async fn shot(&self, window: &Window, screen: &str) -> anyhow::Result<()> {
        let picture = window.picture().await?;
        std::fs::write(self.folder.join(format!("{screen}-{}.png", self.suffix)), picture)
            .context("the picture")
    }

    async fn all(&self, w: &Window, password: &mut String) -> anyhow::Result<()> {
        w.goto(&self.world.portal_url).await?;
        w.see("[data-testid=\"body-choice\"]").await?;
        self.shot(w, "choose-body").await?;
        w.click("[data-testid=\"body-choice\"][data-body=\"valdarca\"]")
            .await?;
        w.fill("badge", BADGE).await?;
        w.fill("password", password).await?;
        self.shot(w, "sign-in").await?;
        w.click(&id("sign-in")).await?;
        if password != PASSWORD {
            w.fill("new-password", PASSWORD).await?;
            self.shot(w, "choose-password").await?;
            w.click(&id("choose-password")).await?;
            PASSWORD.clone_into(password);
        }
        w.see(&format!(
            "[data-testid=\"child-card\"][data-child-name=\"{FIRST}\"]"
        ))
        .await?;
        self.shot(w, "today").await?;
        w.click(&id("nav-calendar")).await?;
        w.see("[data-testid=\"day\"][data-day=\"2026-11-30\"]").await?;
        self.shot(w, "calendar").await?;
        w.click("[data-testid=\"day\"][data-day=\"2026-11-25\"]").await?;
        w.click("[data-testid=\"day\"][data-day=\"2026-11-26\"]").await?;
        w.see(&id("period-effect")).await?;
        self.shot(w, "calendar-chosen").await?;
        w.click(&id("period-show")).await?;
        self.shot(w, "calendar-period").await?;
        w.click(&id("period-leave")).await?;
        w.click(&id("nav-wallet")).await?;
        w.see(&id("wallet-balance")).await?;
        self.shot(w, "wallet").await?;
        w.click(&id("topup-open")).await?;
        w.see(&id("topup-total")).await?;
        self.shot(w, "topup").await?;
        w.click(&id("nav-wallet")).await?;
        w.click(&id("payments-open")).await?;
        w.see(&format!("{}[data-state=\"payable\"]", id("due-notice")))
            .await?;
        w.click(&id("notice-choose")).await?;
        w.see(&id("cart-total")).await?;
        self.shot(w, "payments").await?;
        w.click(&id("notice-open")).await?;
        w.see(&id("notice-number")).await?;
        self.shot(w, "notice").await?;
        w.click(&id("nav-profile")).await?;
        w.see(&id("sign-out")).await?;
        self.shot(w, "profile").await?;
        w.see(&id("device-row")).await?;
        w.script(
            "document.querySelector('[data-testid=\"devices\"]').scrollIntoView({ behavior: 'instant' })",
        )
        .await?;
        self.shot(w, "devices").await
    }
}
