//! Free ports on loopback.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::run;

/// A port that the system chose and nobody holds now.
pub fn free() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

/// `wanted` when nobody listens there, otherwise one that the system chose.
pub fn free_or(wanted: u16) -> Result<u16> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, wanted)) {
        Ok(_) => Ok(wanted),
        Err(_) => free(),
    }
}

/// Waits until somebody answers on `port`, at most `limit`; stops early when `alive` says that nobody ever will.
pub fn wait_for(port: u16, limit: Duration, mut alive: impl FnMut() -> bool) -> Result<()> {
    let started = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if run::interrupted() {
            bail!("interrupted");
        }
        if !alive() {
            bail!("the program stopped before it listened on port {port}");
        }
        if started.elapsed() > limit {
            bail!("nobody listens on port {port} after {} s", limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
