//! A desktop's other inhabitants, as the stage of xtask has them: the notification daemon (dunst), which notes what it
//! shows and whose buttons are pressed by its own program; and the windows of the screen.

use crate::pages::Window;
use anyhow::{Context, bail, ensure};
use std::{env, path::PathBuf};
use tokio::process::Command;
use x11rb::{
    connection::Connection,
    protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window as Xid},
    rust_connection::RustConnection,
};

/// What the daemon shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The daemon's number for it.
    pub id: String,
    /// First line.
    pub title: String,
    /// What follows.
    pub body: String,
}

/// The daemon.
pub struct Desk {
    notified: PathBuf,
    button: PathBuf,
}

impl Desk {
    /// The stage's own.
    pub fn of_the_stage() -> anyhow::Result<Self> {
        let path = |name: &str| {
            env::var_os(name)
                .map(PathBuf::from)
                .with_context(|| format!("{name} is not set: run `cargo xtask smoke`"))
        };
        Ok(Self {
            notified: path("STORY_NOTIFIED")?,
            button: path("STORY_BUTTON")?,
        })
    }

    /// All that was shown so far, in order.
    pub fn all(&self) -> Vec<Shown> {
        let text = std::fs::read_to_string(&self.notified).unwrap_or_default();
        text.lines()
            .filter_map(|line| {
                let mut parts = line.split('\t').map(str::to_owned);
                Some(Shown {
                    id: parts.next()?,
                    title: parts.next()?,
                    body: parts.next()?,
                })
            })
            .collect()
    }

    /// Those that say this.
    pub fn saying(&self, words: &str) -> Vec<Shown> {
        self.all()
            .into_iter()
            .filter(|shown| shown.body.contains(words))
            .collect()
    }

    /// Waits until so many were shown that say this; the last of them.
    pub async fn says(&self, w: &Window, words: &str, times: usize) -> anyhow::Result<Shown> {
        let waited = w
            .until(
                &format!("the computer shows {words:?}, {times} times"),
                async || Ok(self.saying(words).len() >= times),
            )
            .await;
        waited.with_context(|| format!("it showed {:?}", self.all()))?;
        let shown = self.saying(words);
        ensure!(shown.len() == times, "{words:?} was shown too often: {shown:?}");
        shown.into_iter().next_back().context("nothing was shown")
    }

    /// Presses the button with that label, of what is shown now.
    pub async fn press(&self, label: &str) -> anyhow::Result<()> {
        std::fs::write(&self.button, label)?;
        dunstctl(&["context"]).await.map(drop)
    }

    /// Clicks on what is shown last.
    pub async fn click(&self) -> anyhow::Result<()> {
        dunstctl(&["action", "0"]).await.map(drop)
    }

    /// Waits until nothing is shown any more.
    pub async fn is_empty(&self, w: &Window) -> anyhow::Result<()> {
        w.until("the notifications are gone", async || {
            Ok(dunstctl(&["count", "displayed"]).await?.trim() == "0")
        })
        .await
    }

    /// Puts everything away, as a person does.
    pub async fn tidy(&self) -> anyhow::Result<()> {
        dunstctl(&["close-all"]).await.map(drop)
    }
}

async fn dunstctl(words: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("dunstctl")
        .args(words)
        .output()
        .await
        .context("dunstctl, which presses buttons")?;
    ensure!(
        output.status.success(),
        "dunstctl {words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The app's window on the screen.
pub struct OnScreen {
    screen: RustConnection,
    window: Xid,
}

impl OnScreen {
    /// Finds it.
    pub fn find() -> anyhow::Result<Self> {
        let (screen, number) = x11rb::connect(None).context("the screen")?;
        let root = screen.setup().roots[number].root;
        let mut look = vec![root];
        while let Some(window) = look.pop() {
            let class = screen
                .get_property(false, window, AtomEnum::WM_CLASS, AtomEnum::STRING, 0, 64)?
                .reply()?;
            let class = String::from_utf8_lossy(&class.value).to_lowercase();
            let size = screen.get_geometry(window)?.reply()?;
            // GTK has small windows of its own besides.
            if class.contains("refettorio") && size.width > 300 {
                return Ok(Self { screen, window });
            }
            look.extend(screen.query_tree(window)?.reply()?.children);
        }
        bail!("the app's window is not on the screen")
    }

    /// Whether it is to be seen.
    pub fn is_there(&self) -> anyhow::Result<bool> {
        let attributes = self.screen.get_window_attributes(self.window)?.reply()?;
        Ok(attributes.map_state == MapState::VIEWABLE)
    }

    /// Closes it, as its cross does.
    pub fn close(&self) -> anyhow::Result<()> {
        let atom =
            |name: &[u8]| -> anyhow::Result<u32> { Ok(self.screen.intern_atom(false, name)?.reply()?.atom) };
        let (protocols, delete) = (atom(b"WM_PROTOCOLS")?, atom(b"WM_DELETE_WINDOW")?);
        let event = ClientMessageEvent::new(32, self.window, protocols, [delete, 0, 0, 0, 0]);
        self.screen
            .send_event(false, self.window, EventMask::NO_EVENT, event)?
            .check()?;
        self.screen.flush()?;
        Ok(())
    }
}
