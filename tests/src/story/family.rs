//! A family's account, on a portal of its own: the first parent verifies an address, loses the password and chooses
//! another by a code from the mail, sends another device away, and invites the other parent, who accepts by SPID with
//! the link from the mail and the code that is told by voice.
//!
//! The second device and the other parent are a window of Chromium in both places.

use super::{
    BADGE, FIRST, SECOND, Story, card,
    signing::{Choice, decide},
};
use crate::{
    pages::{Place, Window, id},
    report::Report,
    secrets::Secrets,
    world::World,
};
use anyhow::{Context, ensure};
use serde_json::Value;

/// 08:41 on a Monday with service.
const MORNING: &str = "2026-11-23T07:41:07Z";
const MAIL: &str = "marta.story@example.it";
const OTHERS_MAIL: &str = "mario.story@example.it";
/// What the parent chooses after the first one was forgotten.
const NEW: &str = "sette gufi nel bosco blu";
/// Somebody with SPID whom the office has not enrolled: the other parent.
const MARIO: &str = "mario";

/// Tells this part.
pub(super) async fn tell(place: Place, report: &mut Report) -> anyhow::Result<()> {
    let world = report
        .step(
            "a family's account: a portal of its own starts",
            World::start(MORNING),
        )
        .await?;
    let story = Story {
        world: &world,
        place,
        secrets: Secrets::default(),
    };
    let told = story.family(report).await;
    told.with_context(|| format!("the portal's last words: {}", world.tail()))
}

impl Story<'_> {
    async fn family(&self, report: &mut Report) -> anyhow::Result<()> {
        let window = report
            .step("a parent signs in and verifies an address", self.reached())
            .await?;
        let w = &window;
        report
            .step(
                "a forgotten password comes back by a code from the mail",
                self.recover(w),
            )
            .await?;
        let other = report
            .step("another device is signed in and sent away", self.device(w))
            .await?;
        let code = report
            .step("the other parent is invited: a code to tell", self.invite(w))
            .await?;
        report
            .step(
                "link from the mail and code by voice: in by SPID, and the children are there",
                self.join(&other, &code),
            )
            .await?;
        report
            .step("signed out everywhere, at once", self.everywhere(w))
            .await?;
        other.close().await?;
        window.close().await
    }

    async fn reached(&self) -> anyhow::Result<Window> {
        let w = self.open().await?;
        self.choose_body(&w).await?;
        self.sign_in(&w).await?;
        self.choose_password(&w).await?;
        w.click(&id("nav-profile")).await?;
        w.click(&id("contact-add")).await?;
        w.fill("contact-value", MAIL).await?;
        w.click(&id("contact-save")).await?;
        w.find("contact-code").await?;
        let code = self.code_for(&w, MAIL, 8).await?;
        w.fill("contact-code", &code).await?;
        w.click(&id("contact-code-act")).await?;
        w.see("[data-testid=\"contact\"][data-verified=\"true\"]").await?;
        Ok(w)
    }

    async fn recover(&self, w: &Window) -> anyhow::Result<()> {
        w.click(&id("sign-out")).await?;
        w.click(&id("recovery-open")).await?;
        w.fill("recovery-who", MAIL).await?;
        w.click(&id("recovery-ask")).await?;
        w.says(&id("recovery-sent"), "9 cifre").await?;
        let code = self.code_for(w, MAIL, 9).await?;
        w.fill("recovery-code", &code).await?;
        self.secrets.note("the password after the recovery", NEW)?;
        w.fill("new-password", NEW).await?;
        w.click(&id("recovery-finish")).await?;
        w.see(&card(FIRST)).await.map(drop)
    }

    /// Answers the other device's window, signed in no more.
    async fn device(&self, w: &Window) -> anyhow::Result<Window> {
        let other = Window::chromium(390, 844, false).await?;
        other.goto(&self.world.portal_url).await?;
        self.choose_body(&other).await?;
        other.fill("badge", BADGE).await?;
        other.fill("password", NEW).await?;
        other.click(&id("sign-in")).await?;
        other.see(&card(FIRST)).await?;
        w.click(&id("nav-profile")).await?;
        w.click("[data-testid=\"device-row\"][data-this=\"false\"] [data-testid=\"device-end\"]")
            .await?;
        w.click(&id("device-end-confirm")).await?;
        w.gone("[data-testid=\"device-row\"][data-this=\"false\"]")
            .await?;
        ensure!(
            w.count(&id("device-row")).await? == 1,
            "this device is left alone"
        );
        other.click(&id("nav-profile")).await?;
        other.find("session-expired").await?;
        Ok(other)
    }

    async fn invite(&self, w: &Window) -> anyhow::Result<String> {
        w.click(&id("invite")).await?;
        w.click("[data-testid=\"invite-kind\"][data-kind=\"guardian\"]")
            .await?;
        w.fill("invite-first-name", "Mario").await?;
        w.fill("invite-surname", "Rossi").await?;
        w.fill("invite-mail", OTHERS_MAIL).await?;
        w.click(&id("invite-next")).await?;
        for child in [FIRST, SECOND] {
            w.click(&format!("[data-testid=\"invite-child\"][data-name=\"{child}\"]"))
                .await?;
        }
        w.click(&id("invite-next")).await?;
        w.click(&id("invite-send")).await?;
        w.find("invite-done").await?;
        let said = w.text(&id("invite-code")).await?;
        let digits: String = said.chars().filter(char::is_ascii_digit).collect();
        // Once for the eye, and once digit by digit for the ear.
        let code = digits.get(..8).context("the code has eight digits")?;
        Ok(code.to_owned())
    }

    async fn join(&self, other: &Window, code: &str) -> anyhow::Result<()> {
        let start = format!("{}/invito/", self.world.portal_url);
        let mail = self.mail(other, OTHERS_MAIL, &start).await?;
        let link = mail
            .split_whitespace()
            .find(|word| word.starts_with(&start))
            .context("the mail has no link")?;
        other.goto(link).await?;
        other.fill("invited-code", code).await?;
        other.click(&id("invited-show")).await?;
        other.says(&id("invited"), FIRST).await?;
        other.click("[data-testid=\"provider\"]").await?;
        decide(other, Choice::Agree(MARIO)).await?;
        for child in [FIRST, SECOND] {
            other.see(&card(child)).await?;
        }
        Ok(())
    }

    async fn everywhere(&self, w: &Window) -> anyhow::Result<()> {
        w.click(&id("invite-done-back")).await?;
        // Who accepted is among the people of the child.
        w.see("[data-testid=\"person\"][data-name=\"Mario Rossi\"]")
            .await?;
        w.click(&id("sign-out-everywhere")).await?;
        w.click(&id("confirm-sign-out")).await?;
        w.find("badge").await.map(drop)
    }

    /// The code of so many digits in the last mail to that address.
    async fn code_for(&self, w: &Window, to: &str, digits: usize) -> anyhow::Result<String> {
        let find = |text: &str| {
            text.lines().find_map(|line| {
                let code: String = line.split_whitespace().collect();
                (code.len() == digits && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
            })
        };
        w.until(&format!("a code of {digits} digits comes by mail"), async || {
            Ok(self.mails(to).await?.iter().any(|mail| find(mail).is_some()))
        })
        .await?;
        let mails = self.mails(to).await?;
        mails.iter().rev().find_map(|mail| find(mail)).context("the code")
    }

    /// The last mail to that address that has such words.
    async fn mail(&self, w: &Window, to: &str, words: &str) -> anyhow::Result<String> {
        w.until("the mail comes", async || {
            Ok(self.mails(to).await?.iter().any(|mail| mail.contains(words)))
        })
        .await?;
        let mut mails = self.mails(to).await?;
        mails.retain(|mail| mail.contains(words));
        mails.pop().context("the mail")
    }

    /// What the mail to that address says, oldest first.
    async fn mails(&self, to: &str) -> anyhow::Result<Vec<String>> {
        let answer = self.sandbox_get(&format!("/sandbox/mailbox?to={to}")).await?;
        let all = answer.as_array().cloned().unwrap_or_default();
        let text = |mail: &Value| mail["plain"].as_str().map(str::to_owned);
        Ok(all.iter().filter_map(text).collect())
    }
}
