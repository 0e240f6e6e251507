//! A window that a person looks at: Chromium or the desktop app, both through WebDriver.

use crate::world::named;
use anyhow::{Context, bail};
use fantoccini::{
    Client, ClientBuilder, Locator, elements::Element, key::Key, wd::WebDriverCompatibleCommand,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::{env, os::unix::fs::PermissionsExt, path::Path, time::Duration};

/// Where the story takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The web app.
    Chromium,
    /// The desktop app.
    Desktop,
}

/// How long something that should be there may take to appear; machines are slow, people are patient.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked for in that time.
const ATTEMPTS: u32 = 200;

/// Brings an element to the middle, as a person scrolls to what a bar covers, and waits until it stands still for three
/// frames: drivers aim once, and what they aim at may still be gliding. From then on the element notes a click.
const COME_TO_REST: &str = "
    const [element, done] = [arguments[0], arguments[arguments.length - 1]];
    element.scrollIntoView({ block: 'center', behavior: 'instant' });
    element.storyClicked = false;
    element.addEventListener('click', () => { element.storyClicked = true; }, { capture: true, once: true });
    const where = () => { const at = element.getBoundingClientRect(); return `${at.x} ${at.y}`; };
    let [last, still, frames] = [where(), 0, 0];
    const look = () => {
        const now = where();
        still = now === last ? still + 1 : 0;
        last = now;
        frames += 1;
        if (still >= 3 || frames > 120) { done(true); } else { setTimeout(look, 16); }
    };
    setTimeout(look, 16);
";
/// Whether the click came, within a second.
const HAS_ARRIVED: &str = "
    const [element, done] = [arguments[0], arguments[arguments.length - 1]];
    let looks = 0;
    const look = () => {
        looks += 1;
        if (element.storyClicked || !element.isConnected) { done(true); }
        else if (looks > 50) { done(false); }
        else { setTimeout(look, 20); }
    };
    look();
";

/// A window.
pub struct Window {
    client: Client,
}

fn variable(name: &str) -> anyhow::Result<String> {
    env::var(name).with_context(|| format!("{name} is not set: run `cargo xtask smoke`"))
}

impl Window {
    /// Opens Chromium, at that size in CSS pixels.
    pub async fn chromium(width: u32, height: u32, dark: bool) -> anyhow::Result<Self> {
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            "--lang=it".to_owned(),
            format!("--window-size={width},{height}"),
        ];
        if dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let mut options = json!({ "args": arguments });
        if width < 600 {
            options["mobileEmulation"] = json!({
                "deviceMetrics": { "width": width, "height": height, "pixelRatio": 2.0, "touch": true }
            });
        }
        Self::open(
            &variable("STORY_CHROMEDRIVER")?,
            json!({ "browserName": "chrome", "goog:chromeOptions": options }),
        )
        .await
    }

    /// Opens the desktop app on that portal; addresses that it would open in the system's browser go to the file.
    pub async fn desktop(portal: &str, opened: &Path) -> anyhow::Result<Self> {
        // WebDriver cannot give the app an environment, so that a launcher does.
        let launcher = opened.with_file_name("refettorio-launcher");
        let script = format!(
            "#!/bin/sh\nREFETTORIO_PORTAL='{portal}' REFETTORIO_SHELL_OPENER='file:{}' exec '{}' \"$@\"\n",
            opened.display(),
            named("STORY_SHELL_BIN")?.display()
        );
        std::fs::write(&launcher, script)?;
        std::fs::set_permissions(&launcher, std::fs::Permissions::from_mode(0o700))?;
        let application = launcher;
        let capabilities = json!({ "browserName": "wry", "tauri:options": { "application": application } });
        Self::open(&variable("STORY_TAURI_DRIVER")?, capabilities).await
    }

    async fn open(driver: &str, capabilities: Value) -> anyhow::Result<Self> {
        let capabilities: Map<String, Value> = serde_json::from_value(capabilities)?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(driver)
            .await
            .with_context(|| format!("no WebDriver session at {driver}"))?;
        Ok(Self { client })
    }

    /// Closes the window.
    pub async fn close(self) -> anyhow::Result<()> {
        self.client.close().await.context("the window does not close")
    }

    /// Goes to an address.
    pub async fn goto(&self, url: &str) -> anyhow::Result<()> {
        self.client
            .goto(url)
            .await
            .with_context(|| format!("cannot open {url}"))
    }

    /// Waits until something is there and can be seen.
    pub async fn see(&self, css: &str) -> anyhow::Result<Element> {
        // Asked again by ourselves: a driver's passing fault counts as not yet, as in `until`.
        let mut last = None;
        for _ in 0..ATTEMPTS {
            match self.client.find(Locator::Css(css)).await {
                Ok(element) => return Ok(element),
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(PATIENCE / ATTEMPTS).await;
        }
        let last = last.map(|error| format!(" ({error})")).unwrap_or_default();
        bail!(
            "{css} does not appear{last}; the page says: {}",
            self.words().await
        )
    }

    /// By its test id.
    pub async fn find(&self, testid: &str) -> anyhow::Result<Element> {
        self.see(&id(testid)).await
    }

    /// Clicks, as soon as it is there. A click that something else is in the way of, or that never reaches the page, is
    /// tried again.
    pub async fn click(&self, css: &str) -> anyhow::Result<()> {
        self.until(&format!("{css} can be clicked"), async || {
            let element = self.client.find(Locator::Css(css)).await?;
            let there = serde_json::to_value(&element)?;
            self.client
                .execute_async(COME_TO_REST, vec![there.clone()])
                .await?;
            element.click().await?;
            // A page that the click led away from, or an element that it took away, has had it.
            let arrived = self.client.execute_async(HAS_ARRIVED, vec![there]).await;
            Ok(arrived.map_or(true, |arrived| arrived != Value::Bool(false)))
        })
        .await
    }

    /// Types into a field, in place of what it holds.
    pub async fn fill(&self, testid: &str, text: &str) -> anyhow::Result<()> {
        let field = self.find(testid).await?;
        self.type_over(&field, text).await
    }

    /// Selects what a field holds and types over it, as a person does; `clear` of WebDriver tells the page nothing.
    pub async fn type_over(&self, field: &Element, text: &str) -> anyhow::Result<()> {
        field.click().await?;
        let all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        field.send_keys(&all).await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// What an element says.
    pub async fn text(&self, css: &str) -> anyhow::Result<String> {
        Ok(self.see(css).await?.text().await?)
    }

    /// An attribute of an element.
    pub async fn attribute(&self, css: &str, name: &str) -> anyhow::Result<Option<String>> {
        Ok(self.see(css).await?.attr(name).await?)
    }

    /// How many there are now.
    pub async fn count(&self, css: &str) -> anyhow::Result<usize> {
        Ok(self.client.find_all(Locator::Css(css)).await?.len())
    }

    /// Runs a script in the page.
    pub async fn script(&self, script: &str) -> anyhow::Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Name and value of each cookie, those that no script sees too.
    pub async fn cookies(&self) -> anyhow::Result<Vec<(String, String)>> {
        let cookies = self.client.get_all_cookies().await?;
        Ok(cookies
            .into_iter()
            .map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned()))
            .collect())
    }

    /// Runs a script that waits for what it answers.
    pub async fn wait_for(&self, script: &str) -> anyhow::Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1]; (async () => {{ {script} }})().then(done, (e) => done(String(e)));"
        );
        Ok(self.client.execute_async(&script, Vec::new()).await?)
    }

    /// Where Chromium's debugging protocol listens, without its driver: `127.0.0.1:9222`.
    pub fn debugger_address(&self) -> anyhow::Result<String> {
        let capabilities = self.client.capabilities();
        let options = capabilities.and_then(|all| all.get("goog:chromeOptions"));
        let address = options.and_then(|options| options["debuggerAddress"].as_str());
        address
            .map(str::to_owned)
            .context("the driver does not tell where Chromium listens")
    }

    /// Gives Chromium a command of its debugging protocol.
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> anyhow::Result<Value> {
        let command = DevTools { command, parameters };
        Ok(self.client.issue_cmd(command).await?)
    }

    /// Presses Esc, wherever the focus is.
    pub async fn escape(&self) -> anyhow::Result<()> {
        let focused = self.client.active_element().await?;
        focused
            .send_keys(&char::from(Key::Escape).to_string())
            .await
            .context("Esc cannot be pressed")
    }

    /// Opens the page anew.
    pub async fn reload(&self) -> anyhow::Result<()> {
        self.client.refresh().await.context("the page does not open anew")
    }

    /// Forgets every cookie of this machine's pages.
    pub async fn forget_cookies(&self) -> anyhow::Result<()> {
        self.client
            .delete_all_cookies()
            .await
            .context("the cookies cannot be forgotten")
    }

    /// A picture of the page.
    pub async fn picture(&self) -> anyhow::Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    /// All that the page says, for an error.
    async fn words(&self) -> String {
        let script = "return document.body ? document.body.innerText.slice(0, 600) : ''";
        let words = self.client.execute(script, Vec::new()).await;
        words
            .ok()
            .and_then(|w| w.as_str().map(|w| w.replace('\n', " | ")))
            .unwrap_or_default()
    }

    /// Waits until a condition holds; a fault on the way counts as not yet.
    pub async fn until(
        &self,
        what: &str,
        condition: impl AsyncFn() -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        let mut last = None;
        for _ in 0..ATTEMPTS {
            match condition().await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(PATIENCE / ATTEMPTS).await;
        }
        let last = last.map(|e| format!(" ({e:#})")).unwrap_or_default();
        bail!("in vain: {what}{last}; the page says: {}", self.words().await)
    }

    /// Waits until an element says something with that text in it.
    pub async fn says(&self, css: &str, text: &str) -> anyhow::Result<()> {
        self.until(&format!("{css} says {text:?}"), async || {
            Ok(self.text_now(css).await?.contains(text))
        })
        .await
    }

    async fn text_now(&self, css: &str) -> anyhow::Result<String> {
        // Drivers differ in what they make of a space that must not break.
        Ok(self
            .client
            .find(Locator::Css(css))
            .await?
            .text()
            .await?
            .replace('\u{a0}', " "))
    }

    /// Waits until an attribute has that value.
    pub async fn has(&self, css: &str, name: &str, value: &str) -> anyhow::Result<()> {
        self.until(&format!("{css} has {name}={value:?}"), async || {
            Ok(self
                .client
                .find(Locator::Css(css))
                .await?
                .attr(name)
                .await?
                .as_deref()
                == Some(value))
        })
        .await
    }

    /// Waits until something is gone.
    pub async fn gone(&self, css: &str) -> anyhow::Result<()> {
        self.until(&format!("{css} goes away"), async || {
            Ok(self.count(css).await? == 0)
        })
        .await
    }
}

/// A command of Chromium's debugging protocol, by way of its driver.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (http::Method::POST, Some(body.to_string()))
    }
}

/// A selector for a test id.
pub fn id(testid: &str) -> String {
    format!("[data-testid=\"{testid}\"]")
}
