//! Mail by SMTP: TLS as the configuration says, short time-outs, one `Message-ID` a message however often it is tried.

use crate::carrier::{Carrier, CarryError, Content, Destination, Parcel};
use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, header},
    transport::smtp::{
        PoolConfig,
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use serde::Deserialize;
use std::{fs, io, net::IpAddr, path::PathBuf, time::Duration};

/// For one whole command and its answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the line is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte (port 465).
    #[default]
    Tls,
    /// TLS after `STARTTLS`, or no mail (port 587).
    Starttls,
    /// None: for this machine only.
    None,
}

/// `[mail]`: the server that takes our mail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// Its name or address.
    pub host: String,
    /// Its port; 465 with `tls`, 587 with `starttls`, 25 with `none` where it is not said.
    pub port: Option<u16>,
    /// How the line is protected.
    #[serde(default)]
    pub security: Security,
    /// The user's name there, where it wants one.
    pub user: Option<String>,
    /// The file with the password.
    pub password_file: Option<PathBuf>,
    /// The address that the mail comes from. The name beside it is the body's.
    pub from: String,
}

/// Mail settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A line without protection to another machine.
    #[error("mail.security = \"none\" is for this machine only: write \"tls\" or \"starttls\"")]
    Unprotected,
    /// The sender's address is none.
    #[error("mail.from is not a mail address")]
    From,
    /// A user without a password, or the other way round.
    #[error("mail.user and mail.password_file go together")]
    Credentials,
    /// The password cannot be read.
    #[error("cannot read {path}, the file of mail.password_file")]
    Password {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// TLS cannot be set up.
    #[error("TLS for mail cannot be set up")]
    Tls(#[source] lettre::transport::smtp::Error),
}

/// Hands mail to a server.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl Mailer {
    /// Reads the settings; connects when there is something to send.
    pub fn new(settings: &MailSettings) -> Result<Self, MailError> {
        let host = settings.host.trim();
        let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let tls = || TlsParameters::new(host.to_owned()).map_err(MailError::Tls);
        let (tls, port) = match settings.security {
            Security::Tls => (Tls::Wrapper(tls()?), 465),
            Security::Starttls => (Tls::Required(tls()?), 587),
            Security::None if loopback => (Tls::None, 25),
            Security::None => return Err(MailError::Unprotected),
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(settings.port.unwrap_or(port))
            .tls(tls)
            .timeout(Some(PATIENCE))
            // No connection is used twice: lettre puts one back also where sending was cut off in the middle, and the
            // next mail would take the answers of the one before for its own.
            .pool_config(PoolConfig::new().max_size(0));
        match (&settings.user, &settings.password_file) {
            (Some(user), Some(path)) => {
                let password = fs::read_to_string(path).map_err(|source| MailError::Password {
                    path: path.clone(),
                    source,
                })?;
                let password = password.trim_end_matches(['\r', '\n']).to_owned();
                transport = transport.credentials(Credentials::new(user.clone(), password));
            }
            (None, None) => {}
            _ => return Err(MailError::Credentials),
        }
        Ok(Self {
            transport: transport.build(),
            from: settings.from.parse().map_err(|_| MailError::From)?,
        })
    }

    fn message(&self, parcel: &Parcel) -> Result<Message, CarryError> {
        let (Destination::Mail(to), Content::Letter(letter)) = (&parcel.to, &parcel.content) else {
            return Err(CarryError::Never("this is no mail".to_owned()));
        };
        let to: Address = to
            .parse()
            .map_err(|_| CarryError::Never("the address is not a mail address".to_owned()))?;
        let mut message = Message::builder()
            .from(Mailbox::new(Some(parcel.sender.clone()), self.from.clone()))
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .date(std::time::SystemTime::from(parcel.at))
            .message_id(Some(format!("<{}@{}>", parcel.id, self.from.domain())))
            // Out-of-office answers would come back to nobody (RFC 3834).
            .header(AutoSubmitted);
        if let Some(reply) = parcel.reply_to.as_deref().and_then(|reply| reply.parse().ok()) {
            message = message.reply_to(Mailbox::new(None, reply));
        }
        message
            .multipart(MultiPart::alternative_plain_html(
                letter.plain.clone(),
                letter.html.clone(),
            ))
            .map_err(|error| CarryError::Never(error.to_string()))
    }
}

/// `Auto-Submitted: auto-generated` (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[async_trait]
impl Carrier for Mailer {
    async fn carry(&self, parcel: &Parcel) -> Result<(), CarryError> {
        let message = self.message(parcel)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(explain(&error)),
        }
    }
}

/// A server's own words may repeat the address: only its number is kept.
fn explain(error: &lettre::transport::smtp::Error) -> CarryError {
    let code = error
        .status()
        .map(|code| format!(" ({code})"))
        .unwrap_or_default();
    if error.is_permanent() {
        CarryError::Never(format!("the mail server refuses it{code}"))
    } else if error.is_timeout() {
        CarryError::Later("the mail server does not answer".to_owned())
    } else if error.is_tls() {
        CarryError::Later("the mail server shows no certificate that is valid".to_owned())
    } else if error.is_transient() {
        CarryError::Later(format!("the mail server asks to come back later{code}"))
    } else {
        CarryError::Later("the mail server cannot be reached".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Letter;
    use domain::MessageId;

    fn settings(security: Security, host: &str) -> MailSettings {
        MailSettings {
            host: host.to_owned(),
            port: None,
            security,
            user: None,
            password_file: None,
            from: "mensa@comune.example.it".to_owned(),
        }
    }

    fn parcel() -> Parcel {
        Parcel {
            id: MessageId::from_parts(1, [7; 10]),
            sender: "Comune di Valdarca".to_owned(),
            reply_to: None,
            to: Destination::Mail("anna@example.it".to_owned()),
            content: Content::Letter(Letter {
                subject: "Città e perché".to_owned(),
                plain: "Ciao".to_owned(),
                html: "<p>Ciao</p>".to_owned(),
            }),
            urgent: false,
            at: "2026-11-23T08:00:00Z".parse().unwrap(),
            expires: None,
        }
    }

    #[tokio::test]
    async fn an_open_line_leads_to_this_machine_only() {
        assert!(Mailer::new(&settings(Security::None, "127.0.0.1")).is_ok());
        let refused = Mailer::new(&settings(Security::None, "mail.example.it"));
        assert!(matches!(refused.err(), Some(MailError::Unprotected)));
        assert!(Mailer::new(&settings(Security::Starttls, "mail.example.it")).is_ok());
    }

    #[tokio::test]
    async fn a_repetition_has_the_same_message_id_and_no_answer_is_asked_for() {
        let mailer = Mailer::new(&settings(Security::None, "127.0.0.1")).unwrap();
        let once = String::from_utf8(mailer.message(&parcel()).unwrap().formatted()).unwrap();
        let id = format!("Message-ID: <{}@comune.example.it>", parcel().id);
        assert!(once.contains(&id), "{once}");
        assert!(once.contains("Auto-Submitted: auto-generated"));
        assert!(once.contains("Mon, 23 Nov 2026 08:00:00"));
    }

    #[tokio::test]
    async fn a_server_that_is_away_is_tried_again_and_a_wrong_address_never() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = closed.local_addr().unwrap().port();
        drop(closed);
        let mailer = Mailer::new(&MailSettings {
            port: Some(port),
            ..settings(Security::None, "127.0.0.1")
        });
        let mailer = mailer.unwrap();
        assert!(matches!(mailer.carry(&parcel()).await, Err(CarryError::Later(_))));
        let nowhere = Parcel {
            to: Destination::Mail("anna".to_owned()),
            ..parcel()
        };
        assert!(matches!(mailer.carry(&nowhere).await, Err(CarryError::Never(_))));
    }
}
