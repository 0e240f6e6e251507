//! Stand-ins for the systems outside, on loopback, for demonstrations and tests.
//!
//! So far pagoPA's platform ([`pagopa`]): debt positions, carts, a payment page, a tobacconist's counter, the push and
//! the recovery of receipts, reporting flows, after the published documents; and whatever goes wrong with them. Beside it
//! a provider of identities ([`provider`]), as a proxy for SPID and CIE would be, the post ([`mailbox`]): mail and SMS, a push
//! service of browsers ([`push`]), Google's and Apple's for phones ([`fcm`], [`apns`]), and App IO ([`io`]). State lives in memory and is gone when the process ends; no money moves, nothing
//! here is ever reachable from another machine, and the portal never links this crate.
//!
//! To add another outside system: a module beside [`pagopa`] with a router and its state, merged in
//! [`Sandbox::start`].

pub mod apns;
pub mod clock;
pub mod fcm;
pub mod io;
pub mod mailbox;
pub mod pagopa;
pub mod provider;
pub mod push;

use crate::{
    apns::Apple, clock::Clock, fcm::Firebase, io::AppIo, mailbox::Mailbox, pagopa::Platform,
    provider::Provider, push::PushService,
};
use axum::Router;
use chrono::{DateTime, Utc};
use std::{net::Ipv4Addr, path::PathBuf, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use url::Url;

/// How the sandbox behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
    /// Port on 127.0.0.1 where mail is taken; 0 lets the system choose.
    pub smtp_port: u16,
    /// Where receipts are pushed. Without it they are kept until [`Platform::set_receipt_url`].
    pub receipt_url: Option<Url>,
    /// How a browser reaches the sandbox, where that is not its own address.
    pub public_url: Option<Url>,
    /// The subscription key that GPD asks for.
    pub key: String,
    /// Fiscal codes for which the key is enabled; none means all.
    pub bodies: Vec<String>,
    /// Pause before a receipt that was not taken is pushed again. pagoPA's own is one hour.
    pub retry_every: Duration,
    /// Whether each receipt is pushed twice.
    pub duplicates: bool,
    /// What its clock shows at the start; otherwise the machine's.
    pub starts_at: Option<DateTime<Utc>>,
    /// File with the instant by which the identity provider goes, where a portal goes by it too.
    pub clock_file: Option<PathBuf>,
    /// Headers sent along with each call of a station, as the proxy in front of a portal would add them.
    pub receipt_headers: Vec<(String, String)>,
    /// Fiscal codes of bodies with a station of their own: what GPD does not hold is asked there before it is paid.
    pub stations: Vec<String>,
    /// Where that station is; otherwise where receipts go.
    pub station_url: Option<Url>,
    /// Whether every call and answer is kept for [`Platform::exchanges`].
    pub record: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            smtp_port: 0,
            receipt_url: None,
            public_url: None,
            key: "sandbox-key".to_owned(),
            bodies: Vec::new(),
            retry_every: Duration::from_secs(2),
            duplicates: false,
            starts_at: None,
            clock_file: None,
            receipt_headers: Vec::new(),
            stations: Vec::new(),
            station_url: None,
            record: false,
        }
    }
}

/// Why the sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port is taken, or loopback is missing.
    #[error("cannot listen on 127.0.0.1")]
    Listen(#[source] std::io::Error),
    /// The client that pushes receipts cannot be made.
    #[error("cannot set up HTTP")]
    Http(#[source] reqwest::Error),
    /// The public address is none.
    #[error("not an address")]
    Url(#[source] url::ParseError),
}

/// A running sandbox.
#[derive(Debug)]
pub struct Sandbox {
    url: Url,
    platform: Arc<Platform>,
    provider: Arc<Provider>,
    mailbox: Arc<Mailbox>,
    push: Arc<PushService>,
    firebase: Arc<Firebase>,
    apple: Arc<Apple>,
    io: Arc<AppIo>,
    stop: watch::Sender<bool>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Sandbox {
    /// Listens and serves until [`Sandbox::stop`]. When it answers, the port is open.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
            .await
            .map_err(StartError::Listen)?;
        let port = listener.local_addr().map_err(StartError::Listen)?.port();
        let url = Url::parse(&format!("http://127.0.0.1:{port}")).map_err(StartError::Url)?;
        let smtp = TcpListener::bind((Ipv4Addr::LOCALHOST, options.smtp_port))
            .await
            .map_err(StartError::Listen)?;
        let address = smtp.local_addr().map_err(StartError::Listen)?;
        let mailbox = Arc::new(Mailbox::new(address, options.starts_at));
        let push = Arc::new(PushService::new(&url, options.starts_at));
        // What is signed there goes by the portal's clock.
        let clock = || match &options.clock_file {
            Some(file) => Clock::of_file(file.clone()),
            None => Clock::new(options.starts_at),
        };
        let firebase = Arc::new(Firebase::new(&url, clock()));
        let apple = Arc::new(Apple::new(&url, clock()));
        let io = Arc::new(AppIo::new(&url, clock()));
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(mailbox::serve(Arc::clone(&mailbox), smtp, stopped.clone()));
        let provider = Provider::new(&url, options.public_url.as_ref(), options.starts_at);
        let provider = Arc::new(provider.following(options.clock_file.clone()));
        let platform = Arc::new(Platform::new(options, url.clone(), stopped.clone())?);
        let app: Router = pagopa::router(Arc::clone(&platform))
            .merge(provider::router(Arc::clone(&provider)))
            .merge(mailbox::router(Arc::clone(&mailbox)))
            .merge(push::router(Arc::clone(&push)))
            .merge(fcm::router(Arc::clone(&firebase)))
            .merge(apns::router(&apple))
            .merge(io::router(Arc::clone(&io)))
            .merge(push::page::router(push::page::Screens {
                push: Arc::clone(&push),
                firebase: Arc::clone(&firebase),
                apple: Arc::clone(&apple),
                io: Arc::clone(&io),
            }));
        let server = tokio::spawn(async move {
            let mut stopped = stopped;
            axum::serve(listener, app)
                .with_graceful_shutdown(async move {
                    // An error means that the sandbox was dropped, which stops it too.
                    let _ = stopped.wait_for(|stop| *stop).await;
                })
                .await
        });
        Ok(Self {
            url,
            platform,
            provider,
            mailbox,
            push,
            firebase,
            apple,
            io,
            stop,
            server,
        })
    }

    /// Its address, `http://127.0.0.1:PORT/`.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The platform, for tests in the same process.
    pub fn platform(&self) -> &Arc<Platform> {
        &self.platform
    }

    /// The identity provider, for tests in the same process.
    pub fn provider(&self) -> &Arc<Provider> {
        &self.provider
    }

    /// The post, for tests in the same process.
    pub fn mailbox(&self) -> &Arc<Mailbox> {
        &self.mailbox
    }

    /// The push service, for tests in the same process.
    pub fn push(&self) -> &Arc<PushService> {
        &self.push
    }

    /// Google and Android phones, for tests in the same process.
    pub fn firebase(&self) -> &Arc<Firebase> {
        &self.firebase
    }

    /// Apple and iPhones, for tests in the same process.
    pub fn apple(&self) -> &Arc<Apple> {
        &self.apple
    }

    /// App IO, for tests in the same process.
    pub fn io(&self) -> &Arc<AppIo> {
        &self.io
    }

    /// Finishes the answers in flight, gives up on receipts that were not taken, and ends.
    pub async fn stop(self) -> std::io::Result<()> {
        self.stop.send_replace(true);
        self.server.await.map_err(std::io::Error::other)?
    }
}
