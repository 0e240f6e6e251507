//! A parent's day, from the provisional password to signing out, told the same way in both places.

pub mod desktop_push;
mod family;
pub mod interop;
mod offline;
mod paying;
mod push;
mod signing;

use crate::{
    pages::{Place, Window, id},
    report::Report,
    secrets::Secrets,
    till::{self, Decision},
    world::World,
};
use anyhow::{Context, ensure};
use std::{env, path::PathBuf};
use tokio::process::Command;

/// A documented demo family with two children; `samples/README.md`.
pub const BADGE: &str = "VD1001";
/// First child of that family.
pub const FIRST: &str = "Sofia";
/// Second child.
pub const SECOND: &str = "Luca";
const EATS: &str = "Oggi mangia a scuola";
const DOES_NOT_EAT: &str = "Oggi non mangia";
/// What the parent chooses.
const PASSWORD: &str = "tre gatti sul tetto rosso";

/// 08:41 on a Monday with service.
const MORNING: &str = "2026-11-23T07:41:07Z";
/// 09:29:59.999 and 09:30 on that day.
const LAST_MOMENT: &str = "2026-11-23T08:29:59.999Z";
const CUT_OFF: &str = "2026-11-23T08:30:00Z";
/// 09:20: a page that was opened then does not ask again by itself for ten minutes.
const TEN_MINUTES_BEFORE: &str = "2026-11-23T08:20:00Z";

/// Tells the story.
pub async fn tell(place: Place, report: &mut Report) -> anyhow::Result<()> {
    let world = report
        .step("portal, sandbox and sample body start", World::start(MORNING))
        .await?;
    let told = Story {
        world: &world,
        place,
        secrets: Secrets::default(),
    }
    .all(report)
    .await;
    told.with_context(|| format!("the portal's last words: {}", world.tail()))?;
    signing::tell(place, report).await?;
    family::tell(place, report).await?;
    offline::tell(place, report).await?;
    match place {
        Place::Chromium => push::tell(report).await,
        Place::Desktop => desktop_push::tell(report).await,
    }
}

struct Story<'a> {
    world: &'a World,
    place: Place,
    /// What was typed, sent or kept on the way, to be searched for at the end.
    secrets: Secrets,
}

fn card(child: &str) -> String {
    format!("[data-testid=\"child-card\"][data-child-name=\"{child}\"]")
}

fn in_card(child: &str, testid: &str) -> String {
    format!("{} {}", card(child), id(testid))
}

/// Speaks to this machine, whatever proxy the environment names.
pub fn loopback() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().no_proxy().build()
}

impl Story<'_> {
    async fn open(&self) -> anyhow::Result<Window> {
        match self.place {
            Place::Chromium => {
                let window = Window::chromium(1280, 900, false).await?;
                window.goto(&self.world.portal_url).await?;
                Ok(window)
            }
            Place::Desktop => Window::desktop(&self.world.portal_url, &self.world.path("opened-urls")).await,
        }
    }

    async fn all(&self, report: &mut Report) -> anyhow::Result<()> {
        let window = report.step("the app opens", self.open()).await?;
        let w = &window;
        report
            .step("wrong password: one sentence, no more", self.wrong_password(w))
            .await?;
        report
            .step("sign in with the provisional password", self.sign_in(w))
            .await?;
        report.step("choose a password", self.choose_password(w)).await?;
        report
            .step("home shows two children and the countdown", self.home(w))
            .await?;
        let number = report
            .step(
                "cancel today at 08:41: number and time stay on the card",
                self.cancel(w),
            )
            .await?;
        report
            .step("the office verifies the receipt", self.verify(&number))
            .await?;
        report.step("undo", self.undo(w)).await?;
        report
            .step("cancel three days of next week in one act", self.period(w))
            .await?;
        report.step("09:29:59.999 is in time", self.in_time(w)).await?;
        report
            .step(
                "09:30 is late, with the reason and what can still be done",
                self.late(w),
            )
            .await?;
        report
            .step("the day was charged once, to the child who ate", self.charged(w))
            .await?;
        let before = report.step("wallet and movements", self.wallet(w)).await?;
        report
            .step(
                "top up 20 meals: 123,60 €",
                self.top_up(w, Decision::PayAndReturn),
            )
            .await?;
        let once = before + 12_360;
        report
            .step("the balance is up, once", self.balance(w, once))
            .await?;
        report
            .step(
                "a second push of the receipt changes nothing",
                self.push_again(w, once),
            )
            .await?;
        report
            .step(
                "top up again and close the browser after paying",
                self.top_up(w, Decision::PayAndClose),
            )
            .await?;
        let twice = once + 12_360;
        report
            .step("the balance is up all the same", self.balance(w, twice))
            .await?;
        report
            .step("a refused payment", self.top_up(w, Decision::Refused))
            .await?;
        report.step("changes nothing", self.refused(w, twice)).await?;
        report
            .step(
                "and the same notice is paid later",
                self.pay_the_same(w, twice + 12_360),
            )
            .await?;
        self.paying(w, report, twice + 12_360).await?;
        report.step("sign out", self.sign_out(w)).await?;
        report
            .step("no token or password is left anywhere", self.nothing_left(w))
            .await?;
        window.close().await?;
        report
            .step("the ledger is right to the cent", self.ledger())
            .await
    }

    async fn type_password(&self, w: &Window, password: &str) -> anyhow::Result<()> {
        w.fill("badge", BADGE).await?;
        w.fill("password", password).await?;
        w.click(&id("sign-in")).await
    }

    /// Goes to the body's door. An app that was here before remembers it and stands there by itself.
    async fn choose_body(&self, w: &Window) -> anyhow::Result<()> {
        let choice = "[data-testid=\"body-choice\"][data-body=\"valdarca\"]";
        let door = id("badge");
        w.see(&format!("{choice}, {door}")).await?;
        if w.count(&door).await? == 0 {
            w.click(choice).await?;
        }
        w.see(&door).await.map(drop)
    }

    async fn wrong_password(&self, w: &Window) -> anyhow::Result<()> {
        // Two bodies share this portal: theirs is chosen first.
        self.choose_body(w).await?;
        self.type_password(w, "questa non è").await?;
        w.says(&id("error"), "Codice badge o password non sono giusti")
            .await
    }

    async fn sign_in(&self, w: &Window) -> anyhow::Result<()> {
        let password = self.world.provisional_password(BADGE).await?;
        self.type_password(w, &password).await?;
        w.find("new-password").await?;
        self.secrets.note("the provisional password", &password)
    }

    async fn choose_password(&self, w: &Window) -> anyhow::Result<()> {
        w.fill("new-password", "corta").await?;
        w.click(&id("choose-password")).await?;
        w.says(".field-error", "12").await?;
        self.secrets.note("the chosen password", PASSWORD)?;
        w.fill("new-password", PASSWORD).await?;
        w.click(&id("choose-password")).await?;
        w.see(&card(FIRST)).await.map(drop)
    }

    async fn home(&self, w: &Window) -> anyhow::Result<()> {
        w.says("h1", "Lunedì 23 novembre").await?;
        for child in [FIRST, SECOND] {
            w.says(&in_card(child, "answer"), EATS).await?;
            w.says(&in_card(child, "countdown"), "49 minuti").await?;
        }
        w.find("wallet-meals").await.map(drop)
    }

    async fn cancel(&self, w: &Window) -> anyhow::Result<String> {
        w.click(&in_card(FIRST, "cancel-today")).await?;
        w.says(&in_card(FIRST, "receipt-time"), "8:41:07").await?;
        w.says(&in_card(FIRST, "answer"), DOES_NOT_EAT).await?;
        w.says(&in_card(SECOND, "answer"), EATS).await?;
        w.text(&in_card(FIRST, "receipt-number")).await
    }

    async fn verify(&self, number: &str) -> anyhow::Result<()> {
        let answer = self.world.office(&["verify-receipt", number.trim()]).await?;
        ensure!(answer.contains(number.trim()), "the office reads {answer:?}");
        Ok(())
    }

    async fn undo(&self, w: &Window) -> anyhow::Result<()> {
        w.click(&in_card(FIRST, "undo-today")).await?;
        w.says(&in_card(FIRST, "answer"), EATS).await
    }

    async fn period(&self, w: &Window) -> anyhow::Result<()> {
        w.click(&id("nav-calendar")).await?;
        w.click(&format!(
            "[data-testid=\"child-chip\"][data-child-name=\"{SECOND}\"]"
        ))
        .await?;
        w.click(&id("month-after")).await?;
        let days = ["2026-12-01", "2026-12-02", "2026-12-03"];
        for day in days {
            w.click(&format!("[data-testid=\"day\"][data-day=\"{day}\"]"))
                .await?;
        }
        w.says(&id("period-effect"), "3 pasti").await?;
        w.says(&id("period-effect"), "18,54").await?;
        w.click(&id("period-confirm")).await?;
        w.find("period-done").await?;
        for day in days {
            w.has(
                &format!("[data-testid=\"day\"][data-day=\"{day}\"]"),
                "data-standing",
                "cancelled",
            )
            .await?;
        }
        Ok(())
    }

    async fn in_time(&self, w: &Window) -> anyhow::Result<()> {
        self.world.set_clock(LAST_MOMENT)?;
        w.click(&id("nav-today")).await?;
        // What is known from before is shown at once; the morning as it is now comes a moment later.
        w.says(".under", "Sono le 9:").await?;
        // The page's own clock runs on past 9:30 while the portal's stands still, and the portal's decides.
        w.click(&in_card(SECOND, "cancel-today")).await?;
        w.says(&in_card(SECOND, "receipt-time"), "9:29:59").await
    }

    async fn late(&self, w: &Window) -> anyhow::Result<()> {
        self.world.set_clock(TEN_MINUTES_BEFORE)?;
        w.click(&id("nav-wallet")).await?;
        w.click(&id("nav-today")).await?;
        w.says(&in_card(FIRST, "countdown"), "10 minuti").await?;
        // The page still thinks that there is time; the portal knows better.
        self.world.set_clock(CUT_OFF)?;
        w.click(&in_card(FIRST, "cancel-today")).await?;
        w.says(&in_card(FIRST, "unsent"), "9:30").await?;
        w.gone(&in_card(FIRST, "cancel-today")).await?;
        w.find("over").await?;
        w.says(&in_card(FIRST, "answer"), EATS).await?;
        w.says(&in_card(SECOND, "answer"), DOES_NOT_EAT).await
    }

    async fn charged(&self, w: &Window) -> anyhow::Result<()> {
        let meal = "[data-testid=\"posting\"][data-kind=\"meal\"][data-cents=\"-618\"]";
        w.until("the day is charged", async || {
            w.click(&id("nav-today")).await?;
            w.click(&id("nav-wallet")).await?;
            w.find("posting").await?;
            Ok(w.count(meal).await? == 1)
        })
        .await
    }

    async fn wallet(&self, w: &Window) -> anyhow::Result<i64> {
        w.click(&id("nav-wallet")).await?;
        let wallet = format!("[data-testid=\"wallet-card\"][data-child-name=\"{FIRST}\"]");
        w.see(&format!("{wallet} {}", id("wallet-meals"))).await?;
        let cents = w
            .attribute(&format!("{wallet} {}", id("wallet-balance")), "data-cents")
            .await?;
        cents
            .context("no balance")?
            .parse()
            .context("the balance is not a number")
    }

    async fn top_up(&self, w: &Window, decision: Decision) -> anyhow::Result<()> {
        w.click(&id("nav-wallet")).await?;
        w.click(&id("topup-open")).await?;
        let meals = format!(
            "[data-testid=\"topup-child\"][data-child-name=\"{FIRST}\"] {}",
            id("meals-input")
        );
        let field = w.see(&meals).await?;
        w.type_over(&field, "20").await?;
        w.says(&id("topup-total"), "123,60").await?;
        w.click(&id("topup-pay")).await?;
        till::go(self.world, w, self.place, decision).await
    }

    /// Waits until the first child's wallet has that balance, wherever the person looks from.
    async fn balance(&self, w: &Window, cents: i64) -> anyhow::Result<()> {
        let wallet = format!(
            "[data-testid=\"wallet-card\"][data-child-name=\"{FIRST}\"] {}",
            id("wallet-balance")
        );
        w.until(&format!("the balance is {cents} cents"), async || {
            w.click(&id("nav-today")).await?;
            w.click(&id("nav-wallet")).await?;
            Ok(w.attribute(&wallet, "data-cents").await? == Some(cents.to_string()))
        })
        .await
    }

    async fn push_again(&self, w: &Window, cents: i64) -> anyhow::Result<()> {
        let pushes = self.sandbox_get("/sandbox/pushes").await?;
        let last = pushes.as_array().and_then(|pushes| pushes.last());
        let receipt = last.and_then(|push| push["receipt_id"].as_str());
        let receipt = receipt.context("no receipt was pushed")?;
        self.sandbox_post(&format!("/sandbox/receipts/{receipt}/resend"))
            .await?;
        let settled = self.sandbox_get("/sandbox/pushes/settled").await?;
        let answer = settled["pushes"]
            .as_array()
            .and_then(|pushes| pushes.last())
            .map(|push| &push["attempts"][0]["outcome"]);
        ensure!(
            answer.is_some_and(|outcome| outcome == "OK"),
            "the portal answers {answer:?}"
        );
        self.balance(w, cents).await?;
        let top_ups = w.count("[data-testid=\"posting\"][data-kind=\"top_up\"]").await?;
        ensure!(top_ups == 1, "{top_ups} top-ups are listed");
        Ok(())
    }

    async fn refused(&self, w: &Window, cents: i64) -> anyhow::Result<()> {
        self.balance(w, cents).await
    }

    async fn pay_the_same(&self, w: &Window, cents: i64) -> anyhow::Result<()> {
        w.click(&id("topup-open")).await?;
        // The open notice is offered before a new one.
        w.click(&id("payment-retry")).await?;
        till::go(self.world, w, self.place, Decision::PayAndReturn).await?;
        self.balance(w, cents).await?;
        let positions = self.sandbox_get("/sandbox/positions").await?;
        let positions = positions.as_array().context("positions")?;
        // The office's own notices are there too.
        let made: Vec<_> = positions.iter().filter(|p| p["amount"] == 12_360).collect();
        ensure!(
            made.len() == 3,
            "{} notices were made for three top-ups",
            made.len()
        );
        let unpaid: Vec<_> = made.iter().filter(|p| p["status"] != "PAID").collect();
        ensure!(unpaid.is_empty(), "not paid: {unpaid:?}");
        Ok(())
    }

    async fn sandbox_get(&self, path: &str) -> anyhow::Result<serde_json::Value> {
        let url = format!("{}{path}", self.world.sandbox_url);
        let answer = loopback()?.get(url).send().await?.error_for_status()?;
        answer
            .json()
            .await
            .with_context(|| format!("{path} answers no JSON"))
    }

    async fn sandbox_post(&self, path: &str) -> anyhow::Result<()> {
        let url = format!("{}{path}", self.world.sandbox_url);
        loopback()?.post(url).send().await?.error_for_status()?;
        Ok(())
    }

    /// What the system's keychain holds of the app: its session, where there is one.
    async fn kept(&self) -> anyhow::Result<Option<String>> {
        let output = Command::new("secret-tool")
            .args(["search", "--all", "service", "refettorio"])
            .output()
            .await
            .context("secret-tool, which looks into the keychain")?;
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text
            .lines()
            .find_map(|line| line.strip_prefix("secret = "))
            .map(str::to_owned))
    }

    /// Notes the tokens of the session that is open now.
    pub(super) async fn note_tokens(&self, w: &Window) -> anyhow::Result<()> {
        match self.place {
            Place::Desktop => {
                let kept = self.kept().await?;
                let kept = kept.context("the session is not in the keychain")?;
                let kept: serde_json::Value = serde_json::from_str(&kept)?;
                let token = kept["refresh_token"].as_str();
                self.secrets.note(
                    "the app's refresh token",
                    token.context("no refresh token in the keychain")?,
                )
            }
            Place::Chromium => {
                let cookies = w.cookies().await?;
                ensure!(!cookies.is_empty(), "no cookie holds the session");
                for (name, value) in cookies {
                    self.secrets.note(&format!("the cookie {name}"), &value)?;
                }
                Ok(())
            }
        }
    }

    async fn sign_out(&self, w: &Window) -> anyhow::Result<()> {
        self.note_tokens(w).await?;
        w.click(&id("nav-profile")).await?;
        w.click(&id("sign-out")).await?;
        w.find("badge").await.map(drop)
    }

    async fn nothing_left(&self, w: &Window) -> anyhow::Result<()> {
        let mut folders = vec![self.world.path("")];
        if self.place == Place::Desktop {
            ensure!(self.kept().await?.is_none(), "the keychain is not empty");
            for variable in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
                folders.extend(env::var_os(variable).map(PathBuf::from));
            }
        }
        self.secrets.are_nowhere(w, &folders).await
    }

    async fn ledger(&self) -> anyhow::Result<()> {
        let answer = self.world.office(&["verify-ledger"]).await?;
        ensure!(
            answer
                .lines()
                .last()
                .is_some_and(|line| line.ends_with(" 0 failed")),
            "{answer}"
        );
        Ok(())
    }
}
