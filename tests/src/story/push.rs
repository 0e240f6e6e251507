//! Notifications in the web app, on a portal of its own. A closed network has no browser vendor's push service, so that
//! the sandbox's takes its place at both ends: the page gets the sandbox's subscription in place of the browser's, the
//! portal encrypts and sends to it, and what was decrypted there is handed to the service worker by the debugging
//! protocol. From there on everything is the browser's own.

use super::{BADGE, FIRST, SECOND, Story, card, in_card, loopback};
use crate::{
    debugging::Debugger,
    pages::{Place, Window, id},
    report::Report,
    secrets::Secrets,
    world::{BODY, World},
};
use anyhow::{Context, ensure};
use serde_json::{Value, json};

/// 08:41 on a Monday with service: less than 75 minutes before the cut-off.
const MORNING: &str = "2026-11-23T07:41:07Z";
/// The second child's badge.
const OTHER_BADGE: &str = "VD1002";
/// What a notification says where the family wants no preview, or where it cannot be read.
const NEUTRAL: &str = "C'è un avviso per te. Apri l'app per leggerlo.";
/// Never in a notification: surnames, amounts, debts, diets.
const NEVER: [&str; 8] = [
    "Locatelli",
    "Ferrari",
    "€",
    "euro",
    "debit",
    "moros",
    "diet",
    "insolut",
];

/// Stands in for the browser's push service, in the page: the rest of the way in is the app's own.
const SUBSCRIBING: &str = "
    const kept = () => JSON.parse(localStorage.getItem('story-push') ?? 'null');
    const made = () => kept() && {
        endpoint: DEVICE.endpoint,
        toJSON: () => ({ endpoint: DEVICE.endpoint, expirationTime: null,
                         keys: { p256dh: DEVICE.public_key, auth: DEVICE.secret } }),
        unsubscribe: async () => { localStorage.removeItem('story-push'); return true; },
    };
    PushManager.prototype.getSubscription = async () => made();
    PushManager.prototype.subscribe = async (options) => {
        if (Notification.permission !== 'granted') throw new DOMException('not granted', 'NotAllowedError');
        localStorage.setItem('story-push', JSON.stringify(options));
        return made();
    };
";

/// What the device shows now.
const SHOWN: &str = "
    const registration = await navigator.serviceWorker.ready;
    const shown = await registration.getNotifications();
    return shown.map(({ title, body, tag, lang, data, actions }) =>
        ({ title, body, tag, lang, path: data.path, actions: actions.map(({ action, title }) => [action, title]) }));
";

/// Tells this part, in Chromium.
pub(super) async fn tell(report: &mut Report) -> anyhow::Result<()> {
    let world = report
        .step("notifications: a portal of its own starts", World::start(MORNING))
        .await?;
    let story = Story {
        world: &world,
        place: Place::Chromium,
        secrets: Secrets::default(),
    };
    let told = story.notifications(report).await;
    told.with_context(|| format!("the portal's last words: {}", world.tail()))
}

/// A browser of the sandbox's push service.
struct Device {
    number: String,
    told: Value,
}

impl Story<'_> {
    async fn notifications(&self, report: &mut Report) -> anyhow::Result<()> {
        let device = self.device_of_the_sandbox().await?;
        let window = report
            .step(
                "a parent signs in, with the web app's worker in place",
                self.with_worker(&device),
            )
            .await?;
        let w = &window;
        report
            .step(
                "what comes is explained before the browser asks; then it is turned on",
                self.turn_on(w),
            )
            .await?;
        report
            .step(
                "a wallet reaches five meals: the notification is shown, in Italian, with its action, once",
                self.low_balance(w, &device),
            )
            .await?;
        report
            .step(
                "its action opens the top-up in the open app, and the portal is told",
                self.top_up_from_it(w),
            )
            .await?;
        report
            .step(
                "the morning's reminder: its action asks, and the tap cancels",
                self.reminder(w, &device),
            )
            .await?;
        report
            .step(
                "without a preview, and where it cannot be read: only that there is something",
                self.neutral(w, &device),
            )
            .await?;
        report
            .step("turned off, nothing comes any more", self.turn_off(w, &device))
            .await?;
        window.close().await
    }

    async fn device_of_the_sandbox(&self) -> anyhow::Result<Device> {
        let url = format!("{}/sandbox/push/devices", self.world.sandbox_url);
        let told: Value = loopback()?
            .post(url)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let number = told["device"].as_str().context("no device")?.to_owned();
        Ok(Device { number, told })
    }

    async fn with_worker(&self, device: &Device) -> anyhow::Result<Window> {
        let w = self.open().await?;
        let source = format!("(() => {{ const DEVICE = {}; {SUBSCRIBING} }})();", device.told);
        w.devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": source }),
        )
        .await?;
        // Before the page is opened anew, so that it belongs to the worker from its beginning.
        w.until("the worker has taken over", async || {
            let there = w
                .script("return Boolean(navigator.serviceWorker.controller)")
                .await?;
            Ok(there == true)
        })
        .await?;
        w.reload().await?;
        self.choose_body(&w).await?;
        self.sign_in(&w).await?;
        self.choose_password(&w).await?;
        Ok(w)
    }

    async fn preferences(&self, w: &Window) -> anyhow::Result<()> {
        w.click(&id("nav-profile")).await?;
        w.click(&id("preferences-open")).await?;
        w.find("preferences-form").await.map(drop)
    }

    async fn turn_on(&self, w: &Window) -> anyhow::Result<()> {
        let permission = json!({ "origin": self.world.portal_url, "permissions": ["notifications"] });
        w.devtools("Browser.grantPermissions", permission).await?;
        self.preferences(w).await?;
        w.has(&id("device-state"), "data-state", "off").await?;
        w.says(
            &id("device-state"),
            "Non contengono mai cognomi, diete, importi o debiti",
        )
        .await?;
        w.says(&id("device-state"), "il browser ti chiede il permesso")
            .await?;
        w.find("no-device").await?;
        let before = w.script("return localStorage.getItem('story-push')").await?;
        ensure!(
            before.is_null(),
            "subscribed before anybody asked for it: {before}"
        );
        w.click(&id("device-turn-on")).await?;
        w.has(&id("device-state"), "data-state", "on").await?;
        w.gone(&id("no-device")).await?;
        let options = w.script("return localStorage.getItem('story-push')").await?;
        let options: Value = serde_json::from_str(options.as_str().context("not subscribed")?)?;
        ensure!(options["userVisibleOnly"] == true, "{options}");
        ensure!(
            options["applicationServerKey"]
                .as_str()
                .is_some_and(|key| key.len() == 87),
            "the portal's key is 65 bytes: {options}"
        );
        Ok(())
    }

    /// Takes money from a wallet, as the office corrects one.
    async fn take(&self, badge: &str, amount: &str) -> anyhow::Result<()> {
        let words = [
            "office", "adjust", "--body", BODY, "--badge", badge, "--amount", amount, "--why", "prova",
        ];
        self.world.office(&words).await.map(drop)
    }

    async fn pushed(&self, device: &Device) -> anyhow::Result<Vec<Value>> {
        let all = self.sandbox_get("/sandbox/push").await?;
        let ours = all.as_array().into_iter().flatten();
        Ok(ours
            .filter(|pushed| pushed["device"] == device.number.as_str())
            .cloned()
            .collect())
    }

    /// Waits for that many pushes and gives the last one's decrypted words.
    async fn payload(&self, w: &Window, device: &Device, count: usize) -> anyhow::Result<Value> {
        w.until(&format!("{count} pushes came"), async || {
            Ok(self.pushed(device).await?.len() >= count)
        })
        .await?;
        let pushed = self.pushed(device).await?;
        ensure!(pushed.len() == count, "{} pushes: {pushed:?}", pushed.len());
        let payload = pushed
            .last()
            .map(|last| last["payload"].clone())
            .unwrap_or_default();
        let said = payload.to_string();
        for never in NEVER {
            ensure!(!said.contains(never), "{never} is in {said}");
        }
        Ok(payload)
    }

    /// Hands a push to the service worker, as the browser's own push service would.
    async fn deliver(&self, w: &Window, data: &str) -> anyhow::Result<()> {
        let origin = &self.world.portal_url;
        let mut page = Debugger::connect(w, "page", origin).await?;
        page.command("ServiceWorker.enable", json!({})).await?;
        let scope = format!("{origin}/");
        let registration = page
            .event("ServiceWorker.workerRegistrationUpdated", |told| {
                let all = told["registrations"].as_array()?;
                let ours = all
                    .iter()
                    .find(|it| it["scopeURL"] == scope.as_str() && it["isDeleted"] == false)?;
                Some(ours["registrationId"].clone())
            })
            .await?;
        let push = json!({ "origin": origin, "registrationId": registration, "data": data });
        page.command("ServiceWorker.deliverPushMessage", push)
            .await
            .map(drop)
    }

    async fn shown(&self, w: &Window) -> anyhow::Result<Vec<Value>> {
        let shown = w.wait_for(SHOWN).await?;
        shown
            .as_array()
            .cloned()
            .with_context(|| format!("no notifications: {shown}"))
    }

    /// Waits until the one with that tag is shown, and gives it.
    async fn one_shown(&self, w: &Window, tag: &str, body: &str) -> anyhow::Result<Value> {
        w.until(&format!("{body:?} is shown"), async || {
            Ok(self
                .shown(w)
                .await?
                .iter()
                .any(|it| it["tag"] == tag && it["body"] == body))
        })
        .await?;
        let shown = self.shown(w).await?;
        let ours: Vec<_> = shown.iter().filter(|it| it["tag"] == tag).collect();
        ensure!(ours.len() == 1, "{} are shown at once: {shown:?}", ours.len());
        Ok(ours[0].clone())
    }

    async fn low_balance(&self, w: &Window, device: &Device) -> anyhow::Result<()> {
        // From seven meals to four.
        self.take(OTHER_BADGE, "-18,54").await?;
        let payload = self.payload(w, device, 1).await?;
        let body = payload["body"].as_str().unwrap_or_default();
        ensure!(body.starts_with("Restano 4 pasti"), "{payload}");
        self.deliver(w, &payload.to_string()).await?;
        let shown = self.one_shown(w, "low_balance", body).await?;
        ensure!(
            shown["title"] == payload["title"] && shown["lang"] == "it",
            "{shown}"
        );
        ensure!(shown["actions"] == json!([["top_up", "Ricarica"]]), "{shown}");
        // The push service may bring the same once more.
        self.deliver(w, &payload.to_string()).await?;
        self.deliver(w, "{}").await?;
        self.one_shown(w, "avviso", NEUTRAL).await?;
        self.one_shown(w, "low_balance", body).await.map(drop)
    }

    /// Presses a notification, or one of its buttons; answers what the portal said of it. Nothing else can press one: in
    /// a browser without a screen they are nowhere to be pressed.
    async fn press(&self, w: &Window, tag: &str, action: &str) -> anyhow::Result<()> {
        let worker = format!("{}/sw.js", self.world.portal_url);
        let mut worker = Debugger::connect(w, "service_worker", &worker).await?;
        let script = format!(
            "(async () => {{
                const real = self.fetch;
                self.storySaid = undefined;
                self.fetch = async (...asked) => {{
                    const answer = await real(...asked);
                    self.storySaid = `${{asked[0].replace(/[0-9a-f-]{{36}}/, '…')}} ${{answer.status}}`;
                    return answer;
                }};
                const [notification] = await self.registration.getNotifications({{ tag: '{tag}' }});
                self.dispatchEvent(new NotificationEvent('notificationclick', {{ notification, action: '{action}' }}));
                while (!self.storySaid) await new Promise((resolve) => setTimeout(resolve, 20));
                self.fetch = real;
                return self.storySaid;
            }})()"
        );
        let said = worker.run(&script).await?;
        ensure!(
            said == "/api/v1/notifications/…/end 200",
            "the portal says {said}"
        );
        w.until("the notification is gone", async || {
            Ok(!self.shown(w).await?.iter().any(|it| it["tag"] == tag))
        })
        .await
    }

    async fn top_up_from_it(&self, w: &Window) -> anyhow::Result<()> {
        self.press(w, "low_balance", "top_up").await?;
        w.see(&format!(
            "[data-testid=\"topup-child\"][data-child-name=\"{SECOND}\"]"
        ))
        .await
        .map(drop)
    }

    async fn save(&self, w: &Window, boxes: &str) -> anyhow::Result<()> {
        self.preferences(w).await?;
        w.click(boxes).await?;
        w.click(&id("preferences-save")).await?;
        w.find("preferences-saved").await.map(drop)
    }

    async fn reminder(&self, w: &Window, device: &Device) -> anyhow::Result<()> {
        self.save(w, "[data-testid=\"way\"][data-name=\"morning_reminder-push\"]")
            .await?;
        let payload = self.payload(w, device, 2).await?;
        self.deliver(w, &payload.to_string()).await?;
        let body = payload["body"].as_str().unwrap_or_default();
        // Each day's reminder is a notification of its own.
        let tag = payload["tag"].as_str().unwrap_or_default();
        ensure!(tag.starts_with("morning_reminder/"), "{payload}");
        let shown = self.one_shown(w, tag, body).await?;
        ensure!(
            shown["actions"] == json!([["absent_today", "Oggi non mangiano"]]),
            "{shown}"
        );
        self.press(w, tag, "absent_today").await?;
        w.says(&id("all-absent-sheet"), "oggi non mangiano").await?;
        w.says(&in_card(FIRST, "answer"), "Oggi mangia").await?;
        w.click(&id("confirm-all-absent")).await?;
        for child in [FIRST, SECOND] {
            w.see(&card(child)).await?;
            w.says(&in_card(child, "answer"), "Oggi non mangia").await?;
        }
        Ok(())
    }

    async fn neutral(&self, w: &Window, device: &Device) -> anyhow::Result<()> {
        self.save(w, "[data-testid=\"preview\"][data-name=\"none\"]")
            .await?;
        // From eighteen meals to four.
        self.take(BADGE, "-86,52").await?;
        let payload = self.payload(w, device, 3).await?;
        ensure!(
            payload["body"] == NEUTRAL && payload["actions"].as_array().is_none_or(Vec::is_empty),
            "{payload}"
        );
        self.deliver(w, &payload.to_string()).await?;
        let tag = payload["tag"].as_str().unwrap_or_default().to_owned();
        let shown = self.one_shown(w, &tag, NEUTRAL).await?;
        ensure!(shown["actions"] == json!([]), "{shown}");
        self.deliver(w, "questo non è JSON").await?;
        let shown = self.one_shown(w, "avviso", NEUTRAL).await?;
        ensure!(shown["title"] == "Mensa scolastica", "{shown}");
        Ok(())
    }

    async fn turn_off(&self, w: &Window, device: &Device) -> anyhow::Result<()> {
        self.preferences(w).await?;
        w.has(&id("device-state"), "data-state", "on").await?;
        w.click(&id("device-turn-off")).await?;
        w.has(&id("device-state"), "data-state", "off").await?;
        w.find("no-device").await?;
        // From four meals to one: something to be told, but nobody here to be told it.
        self.take(OTHER_BADGE, "-18,54").await?;
        let before = self.pushed(device).await?.len();
        w.click(&id("nav-profile")).await?;
        w.click(&id("sign-out")).await?;
        w.find("badge").await?;
        ensure!(
            self.pushed(device).await?.len() == before,
            "a push came after all"
        );
        let kept = w.script("return localStorage.getItem('push')").await?;
        ensure!(kept.is_null(), "{kept} is left on the device");
        Ok(())
    }
}
