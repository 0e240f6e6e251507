//! How each screen is reached.

use super::Easel;
use crate::{
    pages::{Place, Window, id},
    report::Report,
    story::{BADGE, FIRST, SECOND, loopback},
    till::{self, Decision},
    world::World,
};
use anyhow::Context;

const PASSWORD: &str = "quattro mele verdi in cesta";
/// The proof that somebody is who they say is over by then.
const A_QUARTER_LATER: &str = "2026-11-23T07:57:00Z";

/// Walks through all of them, in an order in which each leads to the next. What is wrong with one does not keep from the
/// others; what cannot be reached may.
pub(super) async fn all(world: &mut World, easel: &Easel<'_>, report: &mut Report) -> anyhow::Result<()> {
    let mut walk = Walk { easel, report };
    walk.before_signing_in(world).await;
    walk.today(world).await;
    walk.calendar().await;
    walk.wallet(world).await;
    walk.profile().await;
    let invited = walk.inviting(world).await;
    walk.about().await;
    walk.proving(world).await;
    walk.without_a_network(world).await?;
    walk.signed_out(world, invited).await;
    Ok(())
}

struct Walk<'a> {
    easel: &'a Easel<'a>,
    report: &'a mut Report,
}

fn of(child: &str, testid: &str) -> String {
    format!(
        "[data-testid=\"child-card\"][data-child-name=\"{child}\"] {}",
        id(testid)
    )
}

impl Walk<'_> {
    fn window(&self) -> &Window {
        &self.easel.window
    }

    /// Goes there, and looks at it.
    async fn screen(&mut self, name: &str, reach: impl Future<Output = anyhow::Result<()>>) {
        let easel = self.easel;
        let what = format!("the gallery: {name}");
        let looked = self.report.step(&what, async {
            if let Err(error) = reach.await {
                easel.photograph(&format!("{name}-not-reached")).await?;
                return Err(error.context("it is not reached"));
            }
            easel.look(name).await
        });
        if let Err(error) = looked.await {
            self.report.failed("a screen is in order", &error);
        }
    }

    async fn before_signing_in(&mut self, world: &World) {
        let w = &self.easel.window;
        self.screen("choose-body", async {
            w.goto(&world.portal_url).await?;
            w.find("body-choice").await.map(drop)
        })
        .await;
        self.screen("sign-in", async {
            w.click("[data-testid=\"body-choice\"][data-body=\"valdarca\"]")
                .await?;
            w.find("badge").await.map(drop)
        })
        .await;
        self.screen("sign-in-refused", async {
            w.fill("badge", BADGE).await?;
            w.fill("password", "questa non è").await?;
            w.click(&id("sign-in")).await?;
            w.find("error").await.map(drop)
        })
        .await;
        self.screen("recovery", async {
            w.click(&id("recovery-open")).await?;
            w.find("recovery-who").await.map(drop)
        })
        .await;
        self.screen("recovery-code", async {
            w.fill("recovery-who", BADGE).await?;
            w.click(&id("recovery-ask")).await?;
            w.find("recovery-code").await.map(drop)
        })
        .await;
        self.screen("choose-password", async {
            w.goto(&world.portal_url).await?;
            w.fill("badge", BADGE).await?;
            let password = world.provisional_password(BADGE).await?;
            w.fill("password", &password).await?;
            w.click(&id("sign-in")).await?;
            w.find("new-password").await.map(drop)
        })
        .await;
    }

    async fn today(&mut self, world: &World) {
        let w = &self.easel.window;
        self.screen("today", async {
            w.fill("new-password", PASSWORD).await?;
            w.click(&id("choose-password")).await?;
            w.see(&of(SECOND, "cancel-today")).await?;
            w.find("wallet-meals").await.map(drop)
        })
        .await;
        self.screen("today-cancelled", async {
            w.click(&of(FIRST, "cancel-today")).await?;
            w.see(&of(FIRST, "receipt-number")).await.map(drop)
        })
        .await;
        self.screen("all-absent", async {
            w.click(&of(FIRST, "undo-today")).await?;
            w.see(&of(FIRST, "cancel-today")).await?;
            w.click(&id("all-absent")).await?;
            w.find("confirm-all-absent").await.map(drop)
        })
        .await;
        self.screen("from-a-notification", async {
            w.goto(&format!("{}/?assenti=oggi", world.portal_url)).await?;
            w.find("confirm-all-absent").await.map(drop)
        })
        .await;
        if let Err(error) = w.escape().await {
            self.report.failed("the sheet closes", &error);
        }
    }

    async fn calendar(&mut self) {
        let w = &self.easel.window;
        self.screen("calendar", async {
            w.click(&id("nav-calendar")).await?;
            w.see("[data-testid=\"day\"][data-day=\"2026-11-30\"]")
                .await
                .map(drop)
        })
        .await;
        self.screen("calendar-chosen", async {
            w.click("[data-testid=\"day\"][data-day=\"2026-11-25\"]").await?;
            w.click("[data-testid=\"day\"][data-day=\"2026-11-26\"]").await?;
            w.find("period-effect").await.map(drop)
        })
        .await;
        self.screen("calendar-period", async {
            w.click(&id("period-show")).await?;
            w.find("period-confirm").await.map(drop)
        })
        .await;
        if let Err(error) = w.click(&id("period-leave")).await {
            self.report.failed("the period is left", &error);
        }
    }

    async fn wallet(&mut self, world: &World) {
        let w = &self.easel.window;
        self.screen("wallet", async {
            w.click(&id("nav-wallet")).await?;
            w.find("wallet-balance").await?;
            w.find("payments-open").await.map(drop)
        })
        .await;
        self.screen("topup", async {
            w.click(&id("topup-open")).await?;
            w.find("suggestion").await?;
            w.find("topup-total").await.map(drop)
        })
        .await;
        for (name, decision) in [
            ("payment-refused", Decision::Refused),
            ("payment-paid", Decision::PayAndReturn),
        ] {
            self.screen(name, async {
                w.click(&id("nav-wallet")).await?;
                w.click(&id("topup-open")).await?;
                w.see(&format!("{}, {}", id("topup-pay"), id("payment-retry")))
                    .await?;
                let again = w.count(&id("payment-retry")).await? > 0;
                if !again {
                    w.click(&id("suggestion")).await?;
                }
                let act = if again { "payment-retry" } else { "topup-pay" };
                w.click(&id(act)).await?;
                till::go(world, w, Place::Chromium, decision).await?;
                w.see(&format!(
                    "{}[data-state=\"paid\"], {}[data-state=\"cancelled\"], {}[data-state=\"payable\"]",
                    id("payment-state"),
                    id("payment-state"),
                    id("payment-state")
                ))
                .await
                .map(drop)
            })
            .await;
        }
        self.screen("payments", async {
            w.click(&id("nav-wallet")).await?;
            w.click(&id("payments-open")).await?;
            w.see(&format!("{}[data-state=\"payable\"]", id("due-notice")))
                .await?;
            w.click(&id("notice-choose")).await?;
            w.find("cart-total").await.map(drop)
        })
        .await;
        self.screen("notice", async {
            w.click(&id("notice-open")).await?;
            w.find("notice-number").await.map(drop)
        })
        .await;
    }

    async fn profile(&mut self) {
        let w = &self.easel.window;
        self.screen("profile", async {
            w.click(&id("nav-profile")).await?;
            w.find("sign-out").await?;
            w.find("device-row").await?;
            w.find("contacts").await?;
            w.find("feed-create").await.map(drop)
        })
        .await;
        for (name, part) in [
            ("profile-people", "people"),
            ("profile-contacts", "contacts"),
            ("profile-feeds", "feeds"),
            ("profile-devices", "devices"),
        ] {
            self.screen(name, async {
                let script = format!(
                    "document.querySelector('[data-testid=\"{part}\"]').scrollIntoView({{ behavior: 'instant' }})"
                );
                w.script(&script).await.map(drop)
            })
            .await;
        }
        self.screen("profile-feed-made", async {
            w.click(&id("feed-create")).await?;
            w.find("feed-address").await.map(drop)
        })
        .await;
        self.screen("profile-contact-new", async {
            w.click(&id("contact-add")).await?;
            w.find("contact-form").await.map(drop)
        })
        .await;
        self.screen("preferences", async {
            w.escape().await?;
            w.click(&id("preferences-open")).await?;
            w.find("preferences-save").await.map(drop)
        })
        .await;
    }

    /// Answers the link and the code of the invitation that was sent.
    async fn inviting(&mut self, world: &World) -> Option<(String, String)> {
        const MAIL: &str = "paolo.ferrari@example.org";
        let w = &self.easel.window;
        self.screen("invite-1", async {
            w.click(&id("nav-profile")).await?;
            w.click(&id("invite")).await?;
            w.find("invite-form").await.map(drop)
        })
        .await;
        self.screen("invite-2", async {
            w.click(&format!("{}[data-kind=\"delegate\"]", id("invite-kind")))
                .await?;
            w.fill("invite-first-name", "Paolo").await?;
            w.fill("invite-surname", "Ferrari").await?;
            w.fill("invite-mail", MAIL).await?;
            w.click(&id("invite-next")).await?;
            w.find("invite-child").await.map(drop)
        })
        .await;
        self.screen("invite-3", async {
            w.click(&format!("{}[data-name=\"{FIRST}\"]", id("invite-child")))
                .await?;
            w.click(&id("invite-next")).await?;
            w.find("right").await.map(drop)
        })
        .await;
        self.screen("invite-4", async {
            w.click(&id("invite-next")).await?;
            w.find("invite-send").await.map(drop)
        })
        .await;
        self.screen("invite-sent", async {
            w.click(&id("invite-send")).await?;
            w.find("invite-code").await.map(drop)
        })
        .await;
        match self.invitation(world, MAIL).await {
            Ok(invited) => Some(invited),
            Err(error) => {
                self.report.failed("the invitation arrives", &error);
                None
            }
        }
    }

    async fn invitation(&self, world: &World, mail: &str) -> anyhow::Result<(String, String)> {
        let code = self.window().text(&id("invite-code")).await?;
        // It stands there twice: to be seen, and to be read out.
        let code: String = code.chars().filter(char::is_ascii_digit).take(8).collect();
        let url = format!("{}/sandbox/mailbox?to={mail}", world.sandbox_url);
        let link = format!("{}/invito/", world.portal_url);
        let path = std::cell::RefCell::new(None);
        self.window()
            .until("the mail of the invitation arrives", async || {
                let text = loopback()?.get(&url).send().await?.text().await?;
                let Some((_, rest)) = text.split_once(&link) else {
                    return Ok(false);
                };
                let token: String = rest
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
                    .collect();
                path.replace(Some(format!("{link}{token}")));
                Ok(true)
            })
            .await?;
        Ok((path.into_inner().context("no mail")?, code))
    }

    async fn about(&mut self) {
        let w = &self.easel.window;
        self.screen("accessibility", async {
            w.click(&id("nav-profile")).await?;
            w.click("a[href=\"/accessibilita\"]").await?;
            w.says("h1", "ccessibilità").await
        })
        .await;
        self.screen("privacy", async {
            w.click(&id("nav-profile")).await?;
            w.click("a[href=\"/privacy\"]").await?;
            w.says("h1", "rivacy").await
        })
        .await;
        self.screen("missing", async {
            let path = w.script("return location.origin + '/non-esiste'").await?;
            w.goto(path.as_str().context("no address")?).await?;
            w.see("h1").await.map(drop)
        })
        .await;
    }

    async fn proving(&mut self, world: &World) {
        let w = &self.easel.window;
        self.screen("confirm", async {
            world.set_clock(A_QUARTER_LATER)?;
            w.goto(&world.portal_url).await?;
            w.click(&id("nav-profile")).await?;
            w.click(&id("contact-add")).await?;
            w.fill("contact-value", "marta.locatelli.2@example.org").await?;
            w.click(&id("contact-save")).await?;
            w.find("confirm-password").await.map(drop)
        })
        .await;
        if let Err(error) = w.escape().await {
            self.report.failed("the sheet closes", &error);
        }
    }

    async fn without_a_network(&mut self, world: &mut World) -> anyhow::Result<()> {
        let w = &self.easel.window;
        w.goto(&world.portal_url).await?;
        w.see(&of(FIRST, "cancel-today")).await?;
        world.kill_portal().await?;
        self.screen("today-offline", async {
            w.click(&id("nav-wallet")).await?;
            w.click(&id("nav-today")).await?;
            w.find("offline").await?;
            w.click(&of(FIRST, "cancel-today")).await?;
            w.see(&of(FIRST, "unsent")).await.map(drop)
        })
        .await;
        for (name, nav) in [
            ("calendar-offline", "nav-calendar"),
            ("wallet-offline", "nav-wallet"),
            ("profile-offline", "nav-profile"),
        ] {
            self.screen(name, async {
                w.click(&id(nav)).await?;
                w.find("offline").await.map(drop)
            })
            .await;
        }
        self.screen("preferences-offline", async {
            w.click(&id("preferences-open")).await?;
            w.see(&format!("{}, {}", id("offline"), id("error")))
                .await
                .map(drop)
        })
        .await;
        world.start_portal().await
    }

    async fn signed_out(&mut self, world: &World, invited: Option<(String, String)>) {
        let w = &self.easel.window;
        self.screen("session-expired", async {
            w.goto(&world.portal_url).await?;
            w.find("child-card").await?;
            w.click(&id("nav-calendar")).await?;
            w.find("day").await?;
            // The office gives the badge a new password, which ends every session of its account.
            world.provisional_password(BADGE).await?;
            w.click(&id("month-after")).await?;
            w.find("session-expired").await.map(drop)
        })
        .await;
        let Some((link, code)) = invited else { return };
        self.screen("invitation", async {
            w.forget_cookies().await?;
            w.goto(&link).await?;
            w.find("invited-code").await.map(drop)
        })
        .await;
        self.screen("invitation-shown", async {
            w.fill("invited-code", &code).await?;
            w.click(&id("invited-show")).await?;
            w.find("rights").await.map(drop)
        })
        .await;
    }
}
