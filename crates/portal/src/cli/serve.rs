//! `serve`: listens until SIGTERM or Ctrl-C, answers what is under way, and closes the database.

use super::{Office, runtime, start_log};
use crate::{App, clock::ClockChoice, jobs, router};
use anyhow::{Context as _, Result};
use clap::Args;
use std::{io::Write as _, net::SocketAddr, path::PathBuf, process::ExitCode};
use tokio::{net::TcpListener, sync::watch};

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The built interface; overrides `ui_dir`.
    #[arg(long)]
    ui_dir: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(self, mut office: Office) -> Result<ExitCode> {
        start_log(&office.settings)?;
        if self.ui_dir.is_some() {
            office.settings.ui_dir = self.ui_dir;
        }
        office.settings.clock_stands_still = matches!(office.clock, ClockChoice::File(_));
        if office.clock != ClockChoice::System {
            tracing::warn!(clock = %office.clock, "THE CLOCK IS SET BY HAND: this portal is for trying and testing only");
        }
        let app = office.assemble()?;
        runtime()?.block_on(listen(app))?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn listen(app: App) -> Result<()> {
    tracing::info!("{}", app.settings.summary(app.now()));
    app.logins.announce();
    let listener = TcpListener::bind(app.settings.listen)
        .await
        .with_context(|| format!("non posso ascoltare su {}: cambia `listen`", app.settings.listen))?;
    let (stop, stopped) = watch::channel(false);
    let job = tokio::spawn(jobs::run(app.clone(), stopped));
    let mut out = std::io::stdout();
    writeln!(out, "portal http://{}", listener.local_addr()?)?;
    out.flush()?;
    let store = app.store.clone();
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(told_to_stop())
        .await?;
    tracing::info!("stopping: no new requests");
    stop.send_replace(true);
    job.await?;
    store.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn told_to_stop() {
    let interrupt = async {
        // Without the handler there is nothing to wait for; SIGTERM remains.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
