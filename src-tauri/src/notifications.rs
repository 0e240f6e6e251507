//! Notifications of this computer, through its own daemon: shown with their buttons, and taken away again.
//!
//! Decides nothing: what is said comes from the portal, what is done about it is [`crate::watch`]. Nothing of it is kept
//! on disk.

use async_trait::async_trait;
use notify_rust::{CloseReason, Notification, NotificationResponse, Timeout};
use tokio::sync::oneshot;

/// Name of the program's icon among the system's icons, as the package installs it.
#[cfg(target_os = "linux")]
const ICON: &str = "refettorio";
/// Name of the desktop entry, as the package installs it.
#[cfg(target_os = "linux")]
const ENTRY: &str = "Refettorio";
/// The action of a click on the notification itself.
pub const DEFAULT: &str = "default";

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// First line.
    pub title: String,
    /// What follows.
    pub body: String,
    /// Buttons: name and label.
    pub actions: Vec<(String, String)>,
    /// Whether it stays until somebody does something about it, where the computer lets it.
    pub stays: bool,
}

/// What became of a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A button, by its name or its label, or [`DEFAULT`].
    Chosen(String),
    /// The person put it away.
    PutAway,
    /// It went away by itself or was taken away.
    Gone,
}

/// Where notifications are shown.
#[async_trait]
pub trait Board: Send + Sync {
    /// Whether anything shows them here.
    async fn works(&self) -> bool;
    /// Shows one; the error is for the log.
    async fn show(&self, card: &Card) -> Result<Box<dyn Shown>, String>;
}

/// A notification that is shown.
#[async_trait]
pub trait Shown: Send {
    /// Waits for what becomes of it. `take_away` takes it away, where the computer can.
    async fn outcome(self: Box<Self>, take_away: oneshot::Receiver<()>) -> Outcome;
}

/// The board of this computer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Desk;

fn written(card: &Card) -> Notification {
    let mut notification = Notification::new();
    notification
        .appname("Refettorio")
        .summary(&card.title)
        .body(&card.body)
        .timeout(if card.stays {
            Timeout::Never
        } else {
            Timeout::Default
        });
    for (name, label) in &card.actions {
        notification.action(name, label);
    }
    notification
}

fn read(response: &NotificationResponse) -> Outcome {
    match response {
        NotificationResponse::Default => Outcome::Chosen(DEFAULT.to_owned()),
        NotificationResponse::Action(name) => Outcome::Chosen(name.clone()),
        NotificationResponse::Closed(CloseReason::Dismissed) => Outcome::PutAway,
        NotificationResponse::Closed(_) | NotificationResponse::Reply(_) => Outcome::Gone,
    }
}

/// Linux: the daemon of the session's bus.
#[cfg(target_os = "linux")]
mod here {
    use super::{Board, Card, DEFAULT, Desk, ENTRY, ICON, Outcome, Shown, read, written};
    use async_trait::async_trait;
    use notify_rust::{Hint, NotificationHandle, Urgency};
    use std::time::Duration;
    use tokio::{sync::oneshot, time::timeout};

    /// So long it may take to close one.
    const PATIENCE: Duration = Duration::from_secs(10);

    async fn capabilities() -> Option<Vec<String>> {
        // The bus may have to start the daemon first. The library's own question blocks, for ever where one hangs.
        const NAME: &str = "org.freedesktop.Notifications";
        const PATH: &str = "/org/freedesktop/Notifications";
        let asked = async {
            let bus = zbus::Connection::session().await?;
            let answer = bus
                .call_method(Some(NAME), PATH, Some(NAME), "GetCapabilities", &())
                .await?;
            answer.body().deserialize::<Vec<String>>()
        };
        asked
            .await
            .inspect_err(|error| tracing::debug!(%error, "nothing shows notifications here"))
            .ok()
    }

    #[async_trait]
    impl Board for Desk {
        async fn works(&self) -> bool {
            capabilities().await.is_some()
        }

        async fn show(&self, card: &Card) -> Result<Box<dyn Shown>, String> {
            let able = capabilities().await.ok_or("nothing shows notifications here")?;
            let mut notification = written(card);
            notification
                .icon(ICON)
                .hint(Hint::DesktopEntry(ENTRY.to_owned()))
                .urgency(Urgency::Normal);
            if able.iter().any(|one| one == "body-markup") {
                notification.body(&escaped(&card.body));
            }
            // By agreement it has no button of its own.
            notification.action(DEFAULT, "Apri");
            let shown = notification
                .show_async()
                .await
                .map_err(|error| error.to_string())?;
            Ok(Box::new(OnDesk(shown)))
        }
    }

    struct OnDesk(NotificationHandle);

    #[async_trait]
    impl Shown for OnDesk {
        async fn outcome(self: Box<Self>, take_away: oneshot::Receiver<()>) -> Outcome {
            let mut outcome = Outcome::Gone;
            let heard = {
                let wait = self.0.wait_for_action_async(|response| outcome = read(response));
                tokio::select! {
                    () = wait => true,
                    _ = take_away => false,
                }
            };
            // Not every daemon takes a notification away when its button was pressed.
            if !heard || matches!(outcome, Outcome::Chosen(_)) {
                // What the person chose is done also where it hangs.
                let _closed = timeout(PATIENCE, self.0.close_async()).await;
            }
            outcome
        }
    }

    /// The daemon reads a body as markup.
    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    }

    #[cfg(test)]
    #[test]
    fn what_an_office_wrote_is_no_markup() {
        assert_eq!(escaped("Nidi <3 & scuole"), "Nidi &lt;3 &amp; scuole");
    }
}

/// macOS and Windows: what is shown waits in a thread of its own, and cannot be taken away from here.
#[cfg(not(target_os = "linux"))]
mod here {
    use super::{Board, Card, Desk, Outcome, Shown, read, written};
    use async_trait::async_trait;
    use notify_rust::NotificationResponse;
    use tokio::sync::oneshot;

    #[async_trait]
    impl Board for Desk {
        async fn works(&self) -> bool {
            true
        }

        async fn show(&self, card: &Card) -> Result<Box<dyn Shown>, String> {
            let notification = written(card);
            let (ready, is_ready) = oneshot::channel();
            let (say, said) = oneshot::channel();
            std::thread::spawn(move || match notification.show() {
                Ok(handle) => {
                    let _heard = ready.send(Ok(()));
                    let waited = handle.wait_for_response(|response: &NotificationResponse| {
                        let _heard = say.send(read(response));
                    });
                    if let Err(error) = waited {
                        tracing::debug!(%error, "nobody tells what became of a notification");
                    }
                }
                Err(error) => {
                    let _heard = ready.send(Err(error.to_string()));
                }
            });
            is_ready
                .await
                .unwrap_or_else(|_| Err("the thread of a notification ended".to_owned()))?;
            Ok(Box::new(Waiting(said)))
        }
    }

    struct Waiting(oneshot::Receiver<Outcome>);

    #[async_trait]
    impl Shown for Waiting {
        async fn outcome(self: Box<Self>, take_away: oneshot::Receiver<()>) -> Outcome {
            tokio::select! {
                said = self.0 => said.unwrap_or(Outcome::Gone),
                _ = take_away => Outcome::Gone,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_person_did_is_told_from_what_happened_by_itself() {
        let cases = [
            (NotificationResponse::Default, Outcome::Chosen("default".into())),
            (
                NotificationResponse::Action("top_up".into()),
                Outcome::Chosen("top_up".into()),
            ),
            (
                NotificationResponse::Closed(CloseReason::Dismissed),
                Outcome::PutAway,
            ),
            (NotificationResponse::Closed(CloseReason::Expired), Outcome::Gone),
            (
                NotificationResponse::Closed(CloseReason::CloseAction),
                Outcome::Gone,
            ),
        ];
        for (response, outcome) in cases {
            assert_eq!(read(&response), outcome);
        }
    }
}
