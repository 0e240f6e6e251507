//! Everything that runs while a story is told: the portal with a clock of ours, the sandbox, a sample body.

use anyhow::{Context, bail, ensure};
use domain::Instant;
use std::{
    env,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// The body of the story.
pub const BODY: &str = "valdarca";

/// Another body on the same portal, so that one has to be chosen.
const OTHER_BODY: &str = "pratolieto";

/// What the sandbox's identity provider knows of its one client; it opens nothing but invented people.
const LOGIN_SECRET: &str = "segreto-di-prova:non+protegge%nulla";

/// A program or folder that xtask names.
pub fn named(variable: &str) -> anyhow::Result<PathBuf> {
    let path =
        env::var_os(variable).with_context(|| format!("{variable} is not set: run `cargo xtask smoke`"))?;
    let path = PathBuf::from(path);
    ensure!(
        path.exists(),
        "{variable} names {}, which is not there",
        path.display()
    );
    Ok(path)
}

/// The running system. Dropping it ends everything.
pub struct World {
    folder: TempDir,
    portal_program: PathBuf,
    portal: Option<Child>,
    /// Kept to be ended with the world.
    _sandbox: Child,
    /// Where the portal listens.
    pub portal_url: String,
    /// Where the sandbox listens.
    pub sandbox_url: String,
    port: u16,
    smtp_port: u16,
    /// Issuer of the provider that stands for SPID.
    spid: String,
}

impl World {
    /// Imports the sample body and starts everything, with the clock at that instant.
    pub async fn start(at: &str) -> anyhow::Result<Self> {
        Self::start_on(at, free_port()?, None).await
    }

    /// The same on that port, which the provider with that issuer knows.
    pub async fn start_at(at: &str, port: u16, spid: &str) -> anyhow::Result<Self> {
        Self::start_on(at, port, Some(spid)).await
    }

    async fn start_on(at: &str, port: u16, spid: Option<&str>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let portal_program = named("STORY_PORTAL_BIN")?;
        let smtp_port = free_port()?;
        let portal_url = format!("http://127.0.0.1:{port}");
        std::fs::write(folder.path().join("clock"), at)?;
        let mut sandbox = Command::new(named("STORY_SANDBOX_BIN")?)
            .args([
                "--receipt-url",
                &format!("{portal_url}/pagopa/station"),
                "--retry-ms",
                "200",
                "--smtp-port",
                &smtp_port.to_string(),
            ])
            .args(["--at", at])
            // People who sign in and the portal that lets them in must agree what time it is, all day long.
            .arg("--clock-file")
            .arg(folder.path().join("clock"))
            .stdout(Stdio::piped())
            .stderr(log(folder.path(), "sandbox.log")?)
            .kill_on_drop(true)
            .spawn()?;
        let sandbox_url = address(&mut sandbox, "sandbox ")
            .await
            .context("the sandbox does not start")?;
        let spid = spid.map_or_else(|| format!("{sandbox_url}/identita"), str::to_owned);
        let mut world = Self {
            folder,
            portal_program,
            portal: None,
            _sandbox: sandbox,
            portal_url,
            sandbox_url,
            port,
            smtp_port,
            spid,
        };
        world.set_clock(at)?;
        world.write_settings()?;
        for body in [BODY, OTHER_BODY] {
            let folder = samples()?.join(body);
            world
                .office(&["import", folder.to_str().context("path")?])
                .await?;
        }
        world.start_portal().await?;
        Ok(world)
    }

    fn write_settings(&self) -> anyhow::Result<()> {
        let key = self.path("pagopa.key");
        std::fs::write(&key, "sandbox-key")?;
        let secret = self.path("login.secret");
        std::fs::write(&secret, LOGIN_SECRET)?;
        let text = format!(
            r#"
database = "sqlite:{database}"
listen = "127.0.0.1:{port}"
public_url = "{portal}"
signing_key_file = "{signing}"

[pagopa]
gpd_url = "{sandbox}/gpd/debt-positions-service/v1"
checkout_url = "{sandbox}/checkout/ec/v2"
fdr_url = "{sandbox}/fdr-org/service/v1"
receipts_url = "{sandbox}/gpd/payments-receipts-service/v1"
biz_events_url = "{sandbox}/bizevents/service/v1"
checkout_hosts = ["{sandbox_host}"]

[pagopa.bodies.{BODY}]
key_file = "{key}"

[[login.provider]]
id = "spid"
label = "Entra con SPID"
kind = "spid"
issuer = "{spid}"
client_id = "refettorio"
client_secret_file = "{secret}"
acr = {{ request = ["https://www.spid.gov.it/SpidL2"], policy = "require" }}

[[login.provider]]
id = "cie"
label = "Entra con CIE"
kind = "cie"
issuer = "{sandbox}/identita"
client_id = "refettorio"
client_secret_file = "{secret}"
extra_params = {{ idp_hint = "cie" }}
acr = {{ request = ["https://www.spid.gov.it/SpidL2"], policy = "require" }}

[mail]
host = "127.0.0.1"
port = {smtp}
security = "none"
from = "mensa@refettorio.example.it"

[sms]
url = "{sandbox}/sandbox/sms"

[push]
key_file = "{push}"
contact = "mailto:mensa@refettorio.example.it"
hosts = ["{sandbox_host}"]
"#,
            database = self.path("portal.sqlite").display(),
            port = self.port,
            portal = self.portal_url,
            signing = self.path("signing.key").display(),
            sandbox = self.sandbox_url,
            smtp = self.smtp_port,
            spid = self.spid,
            push = self.path("push.key").display(),
            sandbox_host = self.sandbox_url.trim_start_matches("http://"),
            key = key.display(),
            secret = secret.display(),
        );
        std::fs::write(self.path("portal.toml"), text).context("the settings")
    }

    /// Starts the portal (again).
    pub async fn start_portal(&mut self) -> anyhow::Result<()> {
        let mut command = self.portal_command();
        command.args([
            "serve",
            "--clock",
            &format!("file:{}", self.path("clock").display()),
        ]);
        if let Ok(ui) = named("STORY_UI_DIR") {
            command.arg("--ui-dir").arg(ui);
        }
        let mut portal = command
            .stdout(Stdio::piped())
            .stderr(log(self.folder.path(), "portal.log")?)
            .kill_on_drop(true)
            .spawn()?;
        address(&mut portal, "portal ")
            .await
            .with_context(|| format!("the portal does not start: {}", self.tail()))?;
        self.portal = Some(portal);
        Ok(())
    }

    /// Kills the portal as a power cut would: no warning, no last word.
    pub async fn kill_portal(&mut self) -> anyhow::Result<()> {
        if let Some(mut portal) = self.portal.take() {
            portal.start_kill()?;
            portal.wait().await?;
        }
        Ok(())
    }

    fn portal_command(&self) -> Command {
        let mut command = Command::new(&self.portal_program);
        command.arg("--config").arg(self.path("portal.toml"));
        command
    }

    /// Runs one of the office's commands and gives what it printed.
    pub async fn office(&self, words: &[&str]) -> anyhow::Result<String> {
        let output = self.portal_command().args(words).output().await?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            bail!(
                "`{}` failed: {text}{}",
                words.join(" "),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(text)
    }

    /// A fresh provisional password, as the office prints it.
    pub async fn provisional_password(&self, badge: &str) -> anyhow::Result<String> {
        let text = self
            .office(&["reset-password", "--body", BODY, "--badge", badge])
            .await?;
        let password = text
            .lines()
            .last()
            .and_then(|line| line.split_whitespace().last());
        password
            .map(str::to_owned)
            .with_context(|| format!("no password in {text:?}"))
    }

    /// Sets the portal's clock.
    pub fn set_clock(&self, at: &str) -> anyhow::Result<()> {
        let _: Instant = at.parse().with_context(|| format!("{at} is not an instant"))?;
        let fresh = self.path("clock.new");
        std::fs::write(&fresh, at)?;
        std::fs::rename(fresh, self.path("clock")).context("the clock's file")
    }

    /// A file of this world.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The last lines of the portal's log.
    pub fn tail(&self) -> String {
        let text = std::fs::read_to_string(self.path("portal.log")).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }
}

fn samples() -> anyhow::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(here
        .parent()
        .context("the tests lie in the workspace")?
        .join("samples"))
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn log(folder: &Path, name: &str) -> anyhow::Result<Stdio> {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join(name))?;
    Ok(file.into())
}

/// Waits for the one line with which a program says that it listens.
async fn address(program: &mut Child, prefix: &str) -> anyhow::Result<String> {
    let out = program.stdout.take().context("no output")?;
    let mut lines = BufReader::new(out).lines();
    let line = lines.next_line().await?.context("it ended before it listened")?;
    let address = line
        .strip_prefix(prefix)
        .with_context(|| format!("it said {line:?}"))?;
    Ok(address.trim_end_matches('/').to_owned())
}
