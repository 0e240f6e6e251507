//! A morning with and without a network, on a portal of its own: what can be read, what waits, and what is too late.
//!
//! The portal is ended and started again, which works the same in both places; Chromium is told by its debugging protocol
//! that its machine is in no network, besides.

use super::{DOES_NOT_EAT, EATS, FIRST, SECOND, Story, in_card};
use crate::{
    pages::{Place, Window, id},
    report::Report,
    secrets::Secrets,
    world::World,
};
use anyhow::{Context, ensure};
use serde_json::json;

/// 08:41, 08:50 and 09:30 on a Monday with service.
const MORNING: &str = "2026-11-23T07:41:07Z";
const TEN_TO_NINE: &str = "2026-11-23T07:50:00Z";
const CUT_OFF: &str = "2026-11-23T08:30:00Z";

/// Tells this part.
pub(super) async fn tell(place: Place, report: &mut Report) -> anyhow::Result<()> {
    let world = report
        .step(
            "without a network: a portal of its own starts",
            World::start(MORNING),
        )
        .await?;
    let mut offline = Offline { world, place };
    let told = offline.all(report).await;
    told.with_context(|| format!("the portal's last words: {}", offline.world.tail()))
}

struct Offline {
    world: World,
    place: Place,
}

fn unsent(child: &str) -> String {
    in_card(child, "unsent")
}

impl Offline {
    async fn all(&mut self, report: &mut Report) -> anyhow::Result<()> {
        let window = report
            .step("the app opens and a parent signs in", self.enter())
            .await?;
        let w = &window;
        if self.place == Place::Chromium {
            report
                .step("the web app can be installed", self.installable(w))
                .await?;
            report
                .step(
                    "its own files are on the device, and nothing else",
                    self.stored(w),
                )
                .await?;
        }
        report
            .step(
                "the calendar is looked at, and the network goes",
                self.leave_network(w),
            )
            .await?;
        report
            .step(
                "opened anew without a network: today and the calendar, and since when",
                self.read(w),
            )
            .await?;
        report
            .step(
                "a cancellation without a network is shown as not sent",
                self.cancel(w, FIRST),
            )
            .await?;
        if self.place == Place::Chromium {
            report.step("it outlives the page", self.restart(w)).await?;
        }
        report
            .step(
                "the network returns before the cut-off: it is sent by itself",
                self.in_time(w),
            )
            .await?;
        report
            .step("another one, without a network again", self.once_more(w))
            .await?;
        report
            .step(
                "the network returns at 09:30: it is refused and says whom to call",
                self.late(w),
            )
            .await?;
        report
            .step(
                "signing out leaves nothing of the family on the device",
                self.wiped(w),
            )
            .await?;
        window.close().await?;
        report
            .step("the ledger is right to the cent", self.ledger())
            .await
    }

    async fn enter(&self) -> anyhow::Result<Window> {
        let story = Story {
            world: &self.world,
            place: self.place,
            secrets: Secrets::default(),
        };
        let window = story.open().await?;
        story.choose_body(&window).await?;
        story.sign_in(&window).await?;
        story.choose_password(&window).await?;
        Ok(window)
    }

    async fn installable(&self, w: &Window) -> anyhow::Result<()> {
        let errors = w.devtools("Page.getInstallabilityErrors", json!({})).await?;
        let errors = errors["installabilityErrors"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        // A window that leaves no traces installs nothing; that says nothing of the app.
        let of_ours: Vec<_> = errors.iter().filter(|e| e["errorId"] != "in-incognito").collect();
        ensure!(of_ours.is_empty(), "it cannot be installed: {of_ours:?}");
        let manifest = w.devtools("Page.getAppManifest", json!({})).await?;
        let faults = manifest["errors"].as_array().cloned().unwrap_or_default();
        ensure!(faults.is_empty(), "the manifest has faults: {faults:?}");
        ensure!(
            manifest["url"]
                .as_str()
                .is_some_and(|url| url.ends_with("/manifest.webmanifest")),
            "no manifest: {manifest}"
        );
        Ok(())
    }

    async fn stored(&self, w: &Window) -> anyhow::Result<()> {
        w.until("the worker has taken over", async || {
            let there = w
                .script("return Boolean(navigator.serviceWorker.controller)")
                .await?;
            Ok(there == true)
        })
        .await?;
        let stored = w
            .wait_for(
                "const names = await caches.keys(); const all = []; \
                 for (const name of names) for (const one of await (await caches.open(name)).keys()) all.push(one.url); \
                 return { names, all };",
            )
            .await?;
        ensure!(
            stored["names"].as_array().is_some_and(|names| names.len() == 1),
            "one version is kept: {stored}"
        );
        let files: Vec<_> = stored["all"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|url| url.as_str())
            .collect();
        ensure!(
            files.iter().any(|url| url.contains("_bg-")),
            "the interface is not kept: {files:?}"
        );
        for url in &files {
            let path = url.strip_prefix(&self.world.portal_url).unwrap_or(url);
            let ours =
                path == "/" || path.starts_with("/assets/") || !path.trim_start_matches('/').contains('/');
            ensure!(ours && !path.contains("api"), "{url} is kept");
        }
        Ok(())
    }

    async fn network(&self, w: &Window, there: bool) -> anyhow::Result<()> {
        if self.place == Place::Chromium {
            w.devtools("Network.enable", json!({})).await?;
            let conditions =
                json!({ "offline": !there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
            w.devtools("Network.emulateNetworkConditions", conditions).await?;
        }
        Ok(())
    }

    async fn leave_network(&mut self, w: &Window) -> anyhow::Result<()> {
        w.click(&id("nav-calendar")).await?;
        w.find("day").await?;
        w.click(&id("nav-today")).await?;
        w.says(&in_card(FIRST, "answer"), EATS).await?;
        self.world.kill_portal().await?;
        self.network(w, false).await
    }

    async fn read(&self, w: &Window) -> anyhow::Result<()> {
        if self.place == Place::Chromium {
            w.reload().await?;
        } else {
            w.click(&id("nav-wallet")).await?;
            w.click(&id("nav-today")).await?;
        }
        w.says(&id("offline"), "Aggiornato alle 8:41").await?;
        w.says(&in_card(FIRST, "answer"), EATS).await?;
        w.click(&id("nav-calendar")).await?;
        w.has(
            "[data-testid=\"day\"][data-day=\"2026-11-24\"]",
            "data-standing",
            "expected",
        )
        .await?;
        w.says(&id("offline"), "Aggiornato alle 8:41").await?;
        w.click(&id("nav-today")).await
    }

    async fn cancel(&self, w: &Window, child: &str) -> anyhow::Result<()> {
        w.click(&in_card(child, "cancel-today")).await?;
        w.has(&unsent(child), "data-state", "waiting").await?;
        w.says(&unsent(child), "Non ancora inviata").await?;
        w.says(&in_card(child, "answer"), EATS).await?;
        ensure!(
            w.count(&in_card(child, "receipt-number")).await? == 0,
            "what was not sent looks registered"
        );
        Ok(())
    }

    async fn restart(&self, w: &Window) -> anyhow::Result<()> {
        w.reload().await?;
        w.has(&unsent(FIRST), "data-state", "waiting").await
    }

    async fn in_time(&mut self, w: &Window) -> anyhow::Result<()> {
        self.world.set_clock(TEN_TO_NINE)?;
        self.world.start_portal().await?;
        self.network(w, true).await?;
        w.says(&in_card(FIRST, "receipt-time"), "8:50").await?;
        w.says(&in_card(FIRST, "answer"), DOES_NOT_EAT).await?;
        w.gone(&unsent(FIRST)).await?;
        w.says(&in_card(SECOND, "answer"), EATS).await?;
        let number = w.text(&in_card(FIRST, "receipt-number")).await?;
        let answer = self.world.office(&["verify-receipt", number.trim()]).await?;
        ensure!(answer.contains(number.trim()), "the office reads {answer:?}");
        Ok(())
    }

    async fn once_more(&mut self, w: &Window) -> anyhow::Result<()> {
        self.world.kill_portal().await?;
        self.network(w, false).await?;
        self.cancel(w, SECOND).await
    }

    async fn late(&mut self, w: &Window) -> anyhow::Result<()> {
        self.world.set_clock(CUT_OFF)?;
        self.world.start_portal().await?;
        self.network(w, true).await?;
        w.has(&unsent(SECOND), "data-state", "late").await?;
        w.says(&unsent(SECOND), "Non inviata").await?;
        w.says(&unsent(SECOND), "Chiama").await?;
        w.says(&in_card(SECOND, "answer"), EATS).await?;
        w.click(&format!("{} {}", unsent(SECOND), id("unsent-close")))
            .await?;
        w.gone(&unsent(SECOND)).await
    }

    async fn wiped(&self, w: &Window) -> anyhow::Result<()> {
        w.click(&id("nav-profile")).await?;
        w.click(&id("sign-out")).await?;
        w.find("badge").await?;
        let kept = w.script("return JSON.stringify({ ...localStorage })").await?;
        let kept = kept.as_str().unwrap_or_default();
        for name in [FIRST, SECOND, "does_not_eat"] {
            ensure!(!kept.contains(name), "{name} is left on the device: {kept}");
        }
        Ok(())
    }

    async fn ledger(&self) -> anyhow::Result<()> {
        let story = Story {
            world: &self.world,
            place: self.place,
            secrets: Secrets::default(),
        };
        story.ledger().await
    }
}
