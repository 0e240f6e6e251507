//! Signing in with SPID, as families do: without consent, unknown to the office, at last at home; and again after the
//! session has ended, back to where one was. On a portal of its own.
//!
//! In Chromium the provider's page comes in the same window. The desktop app opens it in the system's browser, for which
//! a window of Chromium stands in, and comes in by its door on this machine.

use super::{BADGE, FIRST, Story, card};
use crate::{
    pages::{Place, Window, id},
    report::Report,
    secrets::Secrets,
    till,
    world::World,
};
use anyhow::{Context, ensure};

/// 08:41 on a Monday with service.
const MORNING: &str = "2026-11-23T07:41:07Z";
/// The payer of the story's family, whom the badge's account belongs to as well.
const MARTA: &str = "marta";
/// Somebody with SPID whom no office has enrolled.
const MARIO: &str = "mario";

/// Tells this part.
pub(super) async fn tell(place: Place, report: &mut Report) -> anyhow::Result<()> {
    let world = report
        .step("to sign in: a portal of its own starts", World::start(MORNING))
        .await?;
    let story = Story {
        world: &world,
        place,
        secrets: Secrets::default(),
    };
    let told = story.signing(report).await;
    told.with_context(|| format!("the portal's last words: {}", world.tail()))
}

/// What a person does on the provider's page.
#[derive(Debug, Clone, Copy)]
pub(super) enum Choice {
    /// Is somebody, and agrees.
    Agree(&'static str),
    /// Does not agree.
    Refuse,
}

impl Story<'_> {
    async fn signing(&self, report: &mut Report) -> anyhow::Result<()> {
        let window = report.step("the app opens, for SPID", self.open()).await?;
        let w = &window;
        report
            .step(
                "SPID without consent: the words, and nobody is in",
                self.refuse(w),
            )
            .await?;
        report
            .step(
                "an identity that nobody enrolled: why, and whom to call",
                self.unknown(w),
            )
            .await?;
        report
            .step("SPID leads home, to the account of the badge", self.at_home(w))
            .await?;
        report
            .step(
                "a session that has ended asks again and leads back to the calendar",
                self.again(w),
            )
            .await?;
        report.step("sign out, after SPID", self.out(w)).await?;
        report
            .step("no token of SPID's is left anywhere", self.nothing_left(w))
            .await?;
        window.close().await
    }

    async fn refuse(&self, w: &Window) -> anyhow::Result<()> {
        self.choose_body(w).await?;
        self.by_spid(w, Choice::Refuse).await?;
        w.says(&id("login-outcome"), "Non sei entrato").await?;
        w.find("login-provider").await.map(drop)
    }

    async fn unknown(&self, w: &Window) -> anyhow::Result<()> {
        self.by_spid(w, Choice::Agree(MARIO)).await?;
        let outcome = id("login-outcome");
        w.says(&outcome, "Non ti trovo tra le famiglie iscritte").await?;
        w.says(&outcome, "0300 000101").await
    }

    async fn at_home(&self, w: &Window) -> anyhow::Result<()> {
        self.by_spid(w, Choice::Agree(MARTA)).await?;
        w.see(&card(FIRST)).await?;
        self.note_tokens(w).await
    }

    async fn again(&self, w: &Window) -> anyhow::Result<()> {
        w.click(&id("nav-calendar")).await?;
        w.find("day").await?;
        // The office gives the badge a new password, which ends every session of its account.
        let password = self.world.provisional_password(BADGE).await?;
        self.secrets.note("the provisional password", &password)?;
        w.click(&id("month-after")).await?;
        w.says(&id("session-expired"), "scaduto").await?;
        self.by_spid(w, Choice::Agree(MARTA)).await?;
        w.says("h1", "Calendario").await?;
        w.find("day").await?;
        self.note_tokens(w).await
    }

    async fn out(&self, w: &Window) -> anyhow::Result<()> {
        w.click(&id("nav-profile")).await?;
        w.click(&id("sign-out")).await?;
        w.find("login-provider").await?;
        ensure!(
            w.count(&id("session-expired")).await? == 0,
            "who leaves is told that the session expired"
        );
        Ok(())
    }

    /// Goes to the provider by the button, decides there, and comes back.
    async fn by_spid(&self, w: &Window, choice: Choice) -> anyhow::Result<()> {
        w.click("[data-testid=\"login-provider\"][data-kind=\"spid\"]")
            .await?;
        match self.place {
            Place::Chromium => decide(w, choice).await,
            Place::Desktop => {
                w.see(&id("login-number")).await?;
                let url = till::window_opened(w, &self.world.path("opened-urls")).await?;
                let browser = Window::chromium(1280, 900, false).await?;
                browser.goto(&url).await?;
                decide(&browser, choice).await?;
                let end = match choice {
                    Choice::Agree(MARTA) => "Puoi tornare all'app",
                    Choice::Agree(_) | Choice::Refuse => "",
                };
                browser.says("h1", end).await?;
                browser.close().await
            }
        }
    }
}

/// What is done on the provider's page.
pub(super) async fn decide(browser: &Window, choice: Choice) -> anyhow::Result<()> {
    browser.see("#livello").await?;
    match choice {
        Choice::Agree(person) => {
            browser.click(&format!("#{person}")).await?;
            browser.click("button[value=\"acconsento\"]").await
        }
        Choice::Refuse => browser.click("button[value=\"nego\"]").await,
    }
}
