//! Paying as families live it: two children at once, a checkout left open, a notice paid at the tobacconist's, several
//! notices of the office in one payment, and the papers.

use super::{FIRST, SECOND, Story};
use crate::{
    pages::{Place, Window, id},
    report::Report,
    till::{self, Decision},
};
use anyhow::{Context, ensure};

/// A quarter of an hour after the cut-off, and a moment: nobody can be at the checkout any more.
const LATER: &str = "2026-11-23T08:45:01Z";
/// Price of a meal of both children.
const MEAL: i64 = 618;

fn meals_of(child: &str) -> String {
    format!(
        "[data-testid=\"topup-child\"][data-child-name=\"{child}\"] {}",
        id("meals-input")
    )
}

fn due(notice: &str) -> String {
    format!("[data-testid=\"due-notice\"][data-notice=\"{notice}\"]")
}

/// `123,60` out of cents.
fn euro(cents: i64) -> String {
    format!("{},{:02}", cents / 100, cents % 100)
}

impl Story<'_> {
    /// Tells this part; `first` is the first child's balance before.
    pub(super) async fn paying(&self, w: &Window, report: &mut Report, first: i64) -> anyhow::Result<()> {
        let second = self.balance_of(w, SECOND).await?;
        report
            .step("two siblings in one payment", self.siblings(w, first, second))
            .await?;
        let (first, second) = (first + 10 * MEAL, second + 5 * MEAL);
        report
            .step(
                "a checkout left open cannot be paid twice, until it can",
                self.lock(w, second),
            )
            .await?;
        let first = first + 3 * MEAL;
        let notice = report.step("a notice to print", self.printed(w)).await?;
        report
            .step(
                "is paid at the tobacconist's, without a browser",
                self.at_the_counter(w, &notice, first),
            )
            .await?;
        report
            .step("and its receipt can be kept", self.receipt(w, &notice))
            .await?;
        report
            .step("three notices of the office in one payment", self.cart(w))
            .await
    }

    async fn balance_of(&self, w: &Window, child: &str) -> anyhow::Result<i64> {
        w.click(&id("nav-wallet")).await?;
        let balance = format!(
            "[data-testid=\"wallet-card\"][data-child-name=\"{child}\"] {}",
            id("wallet-balance")
        );
        let cents = w.attribute(&balance, "data-cents").await?;
        cents
            .context("no balance")?
            .parse()
            .context("the balance is not a number")
    }

    async fn choose(&self, w: &Window, meals: &[(&str, &str)], total: i64) -> anyhow::Result<()> {
        w.click(&id("nav-wallet")).await?;
        w.click(&id("topup-open")).await?;
        for (child, count) in meals {
            let field = w.see(&meals_of(child)).await?;
            w.type_over(&field, count).await?;
        }
        w.says(&id("topup-total"), &euro(total)).await
    }

    async fn siblings(&self, w: &Window, first: i64, second: i64) -> anyhow::Result<()> {
        self.choose(w, &[(FIRST, "10"), (SECOND, "5")], 15 * MEAL).await?;
        w.click(&id("topup-pay")).await?;
        till::go(self.world, w, self.place, Decision::PayAndReturn).await?;
        self.balance(w, first + 10 * MEAL).await?;
        let now = self.balance_of(w, SECOND).await?;
        ensure!(
            now == second + 5 * MEAL,
            "{SECOND} has {now} cents, not {}",
            second + 5 * MEAL
        );
        let receipts = self.sandbox_get("/sandbox/pushes").await?;
        let amount = receipts
            .as_array()
            .and_then(|all| all.last())
            .map(|push| push["amount"].clone());
        ensure!(
            amount.as_ref().is_none_or(|amount| *amount == 15 * MEAL),
            "one payment of {amount:?} cents"
        );
        Ok(())
    }

    async fn lock(&self, w: &Window, second: i64) -> anyhow::Result<()> {
        self.choose(w, &[(FIRST, "3")], 3 * MEAL).await?;
        w.click(&id("topup-pay")).await?;
        till::go(self.world, w, self.place, Decision::Leave).await?;
        // The app is opened again: somebody may still be paying.
        w.click(&id("nav-wallet")).await?;
        w.click(&id("topup-open")).await?;
        w.has(&id("payment-state"), "data-state", "verifying").await?;
        ensure!(
            w.count(&id("payment-retry")).await? == 0,
            "a second payment is offered while the first may still come"
        );
        self.world.set_clock(LATER)?;
        w.click(&id("nav-today")).await?;
        w.click(&id("nav-wallet")).await?;
        w.click(&id("topup-open")).await?;
        w.click(&id("payment-retry")).await?;
        till::go(self.world, w, self.place, Decision::PayAndReturn).await?;
        let now = self.balance_of(w, SECOND).await?;
        ensure!(now == second, "{SECOND} has {now} cents, not {second}");
        Ok(())
    }

    async fn printed(&self, w: &Window) -> anyhow::Result<String> {
        self.choose(w, &[(FIRST, "4")], 4 * MEAL).await?;
        w.click(&id("topup-notice")).await?;
        w.has(&id("notice-state"), "data-state", "payable").await?;
        let number = w.text(&id("notice-number")).await?;
        let number: String = number.chars().filter(char::is_ascii_digit).collect();
        ensure!(number.len() == 18, "the notice number is {number:?}");
        w.click(&id("notice-print")).await?;
        w.says(&id("document-saved"), &number).await?;
        self.is_pdf()?;
        Ok(number)
    }

    /// On the desktop the file that was saved and opened is there to be looked at.
    fn is_pdf(&self) -> anyhow::Result<()> {
        if self.place == Place::Chromium {
            return Ok(());
        }
        let opened = self.world.path("opened-urls");
        let text = std::fs::read_to_string(&opened).context("no file was opened")?;
        std::fs::remove_file(&opened)?;
        let path = text
            .lines()
            .last()
            .unwrap_or_default()
            .trim_start_matches("file://");
        let bytes = std::fs::read(path).with_context(|| format!("no document at {path:?}"))?;
        ensure!(bytes.starts_with(b"%PDF-"), "{path} is no PDF");
        Ok(())
    }

    async fn at_the_counter(&self, w: &Window, notice: &str, before: i64) -> anyhow::Result<()> {
        self.sandbox_post(&format!("/sandbox/positions/{notice}/pay-at-counter"))
            .await?;
        self.balance(w, before + 4 * MEAL).await
    }

    async fn receipt(&self, w: &Window, notice: &str) -> anyhow::Result<()> {
        w.click(&id("nav-wallet")).await?;
        w.click(&id("payments-open")).await?;
        let row = format!("[data-testid=\"payment-row\"][data-notice=\"{notice}\"]");
        w.has(&row, "data-state", "paid").await?;
        w.click(&format!("{row} {}", id("receipt-save"))).await?;
        w.says(&id("document-saved"), notice).await?;
        self.is_pdf()
    }

    async fn cart(&self, w: &Window) -> anyhow::Result<()> {
        // What the office issued waits for the family, known to pagoPA.
        w.until("three notices are due", async || {
            w.click(&id("nav-wallet")).await?;
            w.click(&id("payments-open")).await?;
            w.find("due-notice").await?;
            Ok(w.count(&format!("{}[data-state=\"payable\"]", id("due-notice")))
                .await?
                == 3)
        })
        .await?;
        let positions = self.sandbox_get("/sandbox/positions").await?;
        let numbers = w
            .script(
                "return [...document.querySelectorAll('[data-testid=\"due-notice\"]')].map(e => e.dataset.notice)",
            )
            .await?;
        let numbers: Vec<String> = serde_json::from_value(numbers)?;
        let mut total = 0;
        for number in &numbers {
            let position = positions
                .as_array()
                .and_then(|all| all.iter().find(|p| p["notice_number"] == **number))
                .with_context(|| format!("pagoPA does not know {number}"))?;
            total += position["amount"].as_i64().context("an amount")?;
            w.click(&format!("{} {}", due(number), id("notice-choose")))
                .await?;
        }
        w.says(&id("cart-total"), &euro(total)).await?;
        w.click(&id("cart-pay")).await?;
        till::go(self.world, w, self.place, Decision::PayAndReturn).await?;
        w.until("all three are paid", async || {
            w.click(&id("nav-wallet")).await?;
            w.click(&id("payments-open")).await?;
            w.find("payment-row").await?;
            for number in &numbers {
                let row =
                    format!("[data-testid=\"payment-row\"][data-notice=\"{number}\"][data-state=\"paid\"]");
                if w.count(&row).await? != 1 {
                    return Ok(false);
                }
            }
            Ok(true)
        })
        .await?;
        ensure!(
            w.count(&id("due-notice")).await? == 0,
            "something is still due after all was paid"
        );
        Ok(())
    }
}
