//! A wire between the portal and pagoPA that a test can cut: before a request arrives, or before its answer does.

use std::net::SocketAddr;
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
};

/// What happens on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All is well.
    Pass,
    /// Nobody is there.
    Refuse,
    /// The request arrives and is acted upon, the answer is lost.
    Lose,
    /// As lost, but the caller goes on waiting.
    Hold,
}

/// The wire; cut for good when it is dropped.
pub struct Wire {
    /// Where it begins.
    pub address: SocketAddr,
    mode: watch::Sender<Mode>,
    held: Arc<Notify>,
}

impl Wire {
    /// A wire to `there`.
    pub async fn to(there: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mode, seen) = watch::channel(Mode::Pass);
        let held = Arc::new(Notify::new());
        let noted = Arc::clone(&held);
        tokio::spawn(async move {
            let mut dropped = seen.clone();
            loop {
                tokio::select! {
                    Ok((here, _)) = listener.accept() => {
                        tokio::spawn(carry(here, there, seen.clone(), Arc::clone(&noted)));
                    }
                    () = async { while dropped.changed().await.is_ok() {} } => return,
                }
            }
        });
        Self { address, mode, held }
    }

    /// Sets what happens from now on.
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Returns when an answer is held back.
    pub async fn held(&self) {
        self.held.notified().await;
    }
}

async fn carry(mut here: TcpStream, there: SocketAddr, mode: watch::Receiver<Mode>, held: Arc<Notify>) {
    if *mode.borrow() == Mode::Refuse {
        return;
    }
    let Ok(mut there) = TcpStream::connect(there).await else {
        return;
    };
    let (mut asked, mut answered) = ([0; 16_384], [0; 16_384]);
    loop {
        tokio::select! {
            Ok(read) = here.read(&mut asked) => {
                let refused = *mode.borrow() == Mode::Refuse;
                if read == 0 || refused || there.write_all(&asked[..read]).await.is_err() {
                    return;
                }
            }
            Ok(read) = there.read(&mut answered) => {
                let now = *mode.borrow();
                match now {
                    _ if read == 0 => return,
                    Mode::Refuse | Mode::Lose => return,
                    Mode::Hold => {
                        held.notify_one();
                        return std::future::pending().await;
                    }
                    Mode::Pass => {
                        if here.write_all(&answered[..read]).await.is_err() {
                            return;
                        }
                    }
                }
            }
            else => return,
        }
    }
}
