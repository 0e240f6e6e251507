//! Told on the computer: the balance falls, a real notification comes in a real daemon, its buttons do what they say; also
//! while the window is closed. Desktop only, on a portal of its own.

mod desk;

use super::{DOES_NOT_EAT, FIRST, SECOND, Story, in_card};
use crate::{
    pages::{Place, Window, id},
    report::Report,
    secrets::Secrets,
    till::{self, Decision},
    world::World,
};
use anyhow::{Context, ensure};
use desk::{Desk, OnScreen};
use std::cell::Cell;

/// 08:41 on Monday 23 November 2026: Luca's wallet has seven meals.
const MORNING: &str = "2026-11-23T07:41:07Z";
/// What a low balance of five meals says.
const FIVE: &str = "5 pasti";
/// 43,26 €.
const SEVEN_MEALS: i64 = 4_326;
const MEAL: i64 = 618;

/// Tells this part.
pub async fn tell(report: &mut Report) -> anyhow::Result<()> {
    let world = report
        .step("to be told: a portal of its own starts", World::start(MORNING))
        .await?;
    let told = Told {
        story: Story {
            world: &world,
            place: Place::Desktop,
            secrets: Secrets::default(),
        },
        desk: Desk::of_the_stage()?,
    }
    .all(report)
    .await;
    told.with_context(|| format!("the portal's last words: {}", world.tail()))
}

struct Told<'a> {
    story: Story<'a>,
    desk: Desk,
}

impl Told<'_> {
    async fn all(&self, report: &mut Report) -> anyhow::Result<()> {
        let window = report.step("the app opens, to be told", self.enter()).await?;
        let w = &window;
        report
            .step(
                "a parent lets this computer tell, and the app stay",
                self.choose(w),
            )
            .await?;
        report
            .step(
                "the balance falls to five meals: a notification comes, in Italian",
                self.falls(w),
            )
            .await?;
        report
            .step(
                "its button opens the top-up with the suggestion chosen",
                self.top_up(w),
            )
            .await?;
        report
            .step("one meal less: silence, until it is paid", self.pays(w))
            .await?;
        report
            .step(
                "the window is closed, the balance falls again: told all the same",
                self.closed(w),
            )
            .await?;
        report
            .step("a click brings the window back", self.comes_back(w))
            .await?;
        report
            .step(
                "the reminder before the cut-off: \"Oggi non mangiano\" is done, with a receipt",
                self.reminder(w),
            )
            .await?;
        report
            .step("signed out: this computer is told no more", self.out(w))
            .await?;
        window.close().await
    }

    async fn enter(&self) -> anyhow::Result<Window> {
        let window = self.story.open().await?;
        self.story.choose_body(&window).await?;
        self.story.sign_in(&window).await?;
        self.story.choose_password(&window).await?;
        Ok(window)
    }

    async fn choose(&self, w: &Window) -> anyhow::Result<()> {
        w.click(&id("nav-profile")).await?;
        w.click(&id("preferences-open")).await?;
        w.find("this-computer").await?;
        ensure!(
            w.count(&id("computer-none")).await? == 0,
            "the app says that nothing shows notifications here"
        );
        for switch in ["computer-notifies", "computer-stays"] {
            w.click(&id(switch)).await?;
            w.until(&format!("{switch} holds"), async || {
                let script = format!(
                    "const box = document.querySelector('{}'); return box.checked && !box.disabled",
                    id(switch)
                );
                Ok(w.script(&script).await? == true)
            })
            .await?;
        }
        // The portal counts this computer.
        w.gone(&id("no-device")).await?;
        // And a reminder before the cut-off, which only comes where somebody asks for it.
        w.click("[data-testid=\"way\"][data-name=\"morning_reminder-push\"]")
            .await?;
        w.click(&id("preferences-save")).await?;
        w.find("preferences-saved").await.map(drop)
    }

    /// The cut-off of a day, and what it brings: Luca's meal is charged, and who is to be told is told.
    async fn eats(&self, w: &Window, day: &str, cents: i64) -> anyhow::Result<()> {
        self.story.world.set_clock(&format!("{day}T08:30:00Z"))?;
        self.luca_has(w, cents).await?;
        // A low balance waits a minute for the family's other wallets.
        self.story.world.set_clock(&format!("{day}T08:32:00Z"))
    }

    async fn luca_has(&self, w: &Window, cents: i64) -> anyhow::Result<()> {
        let wallet = format!(
            "[data-testid=\"wallet-card\"][data-child-name=\"{SECOND}\"] {}",
            id("wallet-balance")
        );
        w.until(&format!("{SECOND} has {cents} cents"), async || {
            w.click(&id("nav-today")).await?;
            w.click(&id("nav-wallet")).await?;
            Ok(w.attribute(&wallet, "data-cents").await? == Some(cents.to_string()))
        })
        .await
    }

    async fn falls(&self, w: &Window) -> anyhow::Result<()> {
        self.eats(w, "2026-11-23", SEVEN_MEALS - MEAL).await?;
        self.eats(w, "2026-11-24", SEVEN_MEALS - 2 * MEAL).await?;
        let shown = self.desk.says(w, FIVE, 1).await?;
        ensure!(shown.title.starts_with("Mensa - "), "{shown:?}");
        let said = format!("{} {}", shown.title, shown.body);
        for never in ["Ferrari", "Locatelli", "€", "30,90", "debito"] {
            ensure!(!said.contains(never), "it says {never:?}: {shown:?}");
        }
        Ok(())
    }

    async fn top_up(&self, w: &Window) -> anyhow::Result<()> {
        self.desk.press("Ricarica").await?;
        let chosen = format!(
            "[data-testid=\"topup-child\"][data-child-name=\"{SECOND}\"] [data-testid=\"suggestion\"][aria-pressed=\"true\"]"
        );
        w.see(&chosen).await?;
        let path = w.script("return location.pathname").await?;
        ensure!(path == "/ricarica", "it opened {path}");
        let others = format!(
            "[data-testid=\"topup-child\"][data-child-name=\"{FIRST}\"] [data-testid=\"suggestion\"][aria-pressed=\"true\"]"
        );
        ensure!(
            w.count(&others).await? == 0,
            "something is chosen for {FIRST}, whose wallet is not low"
        );
        ensure!(w.text(&id("topup-total")).await? != "0,00 €", "nothing is chosen");
        // Acted upon: it is gone from the screen.
        self.desk.is_empty(w).await
    }

    async fn pays(&self, w: &Window) -> anyhow::Result<()> {
        self.eats(w, "2026-11-25", SEVEN_MEALS - 3 * MEAL).await?;
        w.click(&id("topup-open")).await?;
        let meals = format!(
            "[data-testid=\"topup-child\"][data-child-name=\"{SECOND}\"] {}",
            id("meals-input")
        );
        let field = w.see(&meals).await?;
        w.type_over(&field, "3").await?;
        w.says(&id("topup-total"), "18,54").await?;
        w.click(&id("topup-pay")).await?;
        till::go(self.story.world, w, Place::Desktop, Decision::PayAndReturn).await?;
        self.luca_has(w, SEVEN_MEALS).await?;
        // What was paid is told, so all that was due before it has come; and of the balance nothing more.
        self.desk.says(w, "pagamento", 1).await?;
        let again = self.desk.saying("past");
        ensure!(again.len() == 1, "the balance was told again: {again:?}");
        self.desk.tidy().await
    }

    async fn closed(&self, w: &Window) -> anyhow::Result<()> {
        self.eats(w, "2026-11-26", SEVEN_MEALS - MEAL).await?;
        let window = OnScreen::find()?;
        ensure!(window.is_there()?, "the window is not to be seen");
        window.close()?;
        w.until("the window is hidden", async || Ok(!window.is_there()?))
            .await?;
        // Nobody looks at the page. The day is charged at its cut-off, and told a minute later.
        let minute = Cell::new(30);
        w.until("the balance is told", async || {
            let now = minute.get();
            self.story
                .world
                .set_clock(&format!("2026-11-27T08:{now:02}:00Z"))?;
            minute.set((now + 1).min(59));
            Ok(self.desk.saying(FIVE).len() > 1)
        })
        .await?;
        self.desk.says(w, FIVE, 2).await?;
        ensure!(!window.is_there()?, "the window came back by itself");
        Ok(())
    }

    async fn comes_back(&self, w: &Window) -> anyhow::Result<()> {
        self.desk.click().await?;
        w.until("the window is back", async || OnScreen::find()?.is_there())
            .await?;
        self.desk.is_empty(w).await?;
        self.luca_has(w, SEVEN_MEALS - 2 * MEAL).await
    }

    async fn reminder(&self, w: &Window) -> anyhow::Result<()> {
        // 08:20 on the next Monday.
        self.story.world.set_clock("2026-11-30T07:20:00Z")?;
        let shown = self.desk.says(w, "Oggi c'è la mensa per", 1).await?;
        ensure!(
            shown.body.contains(FIRST) && shown.body.contains(SECOND),
            "{shown:?}"
        );
        self.desk.press("Oggi non mangiano").await?;
        let done = self.desk.says(w, "ricevuta", 1).await?;
        ensure!(
            done.title == "Disdetta registrata" && done.body.contains("8:20:00"),
            "{done:?}"
        );
        let number = done
            .body
            .split_whitespace()
            .next_back()
            .map(|word| word.trim_end_matches('.'))
            .context("no receipt number")?;
        self.story.verify(number).await?;
        w.click(&id("nav-wallet")).await?;
        w.click(&id("nav-today")).await?;
        for child in [FIRST, SECOND] {
            w.says(&in_card(child, "answer"), DOES_NOT_EAT).await?;
        }
        self.desk.tidy().await
    }

    async fn out(&self, w: &Window) -> anyhow::Result<()> {
        self.story.sign_out(w).await?;
        self.desk.is_empty(w).await?;
        self.story.nothing_left(w).await
    }
}
