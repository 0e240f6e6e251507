//! The app's own door on this machine (RFC 8252, 7.3): the browser comes here when the person has signed in.
//!
//! It listens on loopback only, on a port that the system chooses, for one login and one visit. It takes nothing but
//! `GET /ritorno` with that login's id, and tells nobody else anything.

use super::link::{self, Brought, Return};
use domain::LoginId;
use std::{io, net::Ipv4Addr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time,
};

/// Longest request that is read, in bytes. A browser sends a few hundred.
const LONGEST: usize = 8 * 1024;
/// How long one visitor may take.
const VISIT: Duration = Duration::from_secs(10);
/// So many visitors at once: browsers knock ahead of time.
const VISITORS: usize = 16;

const FOUND: &str = "<!doctype html><html lang=\"it\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>Puoi tornare all'app</title>\
    <style>body{font:1.2rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;color:#17324d;\
    background:#fff}</style><main><h1>Puoi tornare all'app</h1>\
    <p>L'app Refettorio sa com'è andata e va avanti. Puoi chiudere questa pagina.</p></main></html>\n";
const NOTHING: &str = "<!doctype html><html lang=\"it\"><meta charset=\"utf-8\"><title>Niente qui</title>\
    <p>Qui non c'è niente. Torna all'app Refettorio e ripeti l'accesso.</p></html>\n";

/// A door that is open. It closes when it is dropped.
#[derive(Debug)]
pub struct Door {
    listener: TcpListener,
    port: u16,
}

impl Door {
    /// Opens one.
    pub async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// Where it is.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the one visit that brings something for this login; hands it over and closes.
    pub async fn wait(self, login: LoginId, brought: mpsc::Sender<Brought>) {
        let host: Arc<str> = format!("127.0.0.1:{}", self.port).into();
        let mut visits: JoinSet<Option<Brought>> = JoinSet::new();
        loop {
            tokio::select! {
                visitor = self.listener.accept(), if visits.len() < VISITORS => match visitor {
                    Ok((stream, _)) => {
                        let host = Arc::clone(&host);
                        visits.spawn(async move {
                            time::timeout(VISIT, visit(stream, login, &host)).await.ok().flatten()
                        });
                    }
                    Err(error) => {
                        tracing::warn!(%error, "nobody can come in");
                        time::sleep(Duration::from_secs(1)).await;
                    }
                },
                Some(visited) = visits.join_next(), if !visits.is_empty() => {
                    if let Ok(Some(one)) = visited {
                        // Whoever gave the login up meanwhile does not listen any more.
                        let _ = brought.send(one).await;
                        return;
                    }
                }
            }
        }
    }
}

/// One visitor: answered, and what they bring where it is for this login.
async fn visit(mut stream: TcpStream, login: LoginId, host: &str) -> Option<Brought> {
    let request = read(&mut stream).await?;
    let brought = wanted(&request, host)
        .filter(|back| back.login == login)
        .map(|back| back.brought);
    let (status, page) = match &brought {
        Some(_) => ("200 OK", FOUND),
        None => ("404 Not Found", NOTHING),
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\nx-content-type-options: nosniff\r\n\
         content-security-policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n\
         connection: close\r\n\r\n{page}",
        page.len()
    );
    if stream.write_all(answer.as_bytes()).await.is_ok() {
        let _ = stream.shutdown().await;
    }
    brought
}

/// The head of a request, up to the empty line.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 1024];
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut chunk).await.ok()?;
        if count == 0 || bytes.len() + count > LONGEST {
            return None;
        }
        bytes.extend_from_slice(&chunk[..count]);
    }
    String::from_utf8(bytes).ok()
}

/// What a request wants, where it is one for this door: the host tells that no other name led here.
fn wanted(request: &str, host: &str) -> Option<Return> {
    let mut lines = request.split("\r\n");
    let target = lines.next()?.strip_prefix("GET ")?.strip_suffix(" HTTP/1.1")?;
    let mut hosts = lines
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
        .map(|(_, value)| value.trim());
    if hosts.next() != Some(host) || hosts.next().is_some() {
        return None;
    }
    link::read_target(target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::sessions::Secret;
    use proptest::prelude::*;
    use tokio::task::JoinHandle;

    const LOGIN: &str = "0199a3c4-5f6e-7a8b-9c0d-1e2f3a4b5c6d";
    const OTHER: &str = "0199a3c4-5f6e-7a8b-9c0d-1e2f3a4b5c6e";
    const CODE: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLM-_09";

    async fn open() -> (u16, mpsc::Receiver<Brought>, JoinHandle<()>) {
        let door = Door::open().await.unwrap();
        let (told, codes) = mpsc::channel(1);
        let port = door.port();
        let waiting = tokio::spawn(door.wait(LOGIN.parse().unwrap(), told));
        (port, codes, waiting)
    }

    async fn knock(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }

    fn get(port: u16, login: &str) -> String {
        format!("GET /ritorno?login={login}&code={CODE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n")
    }

    #[tokio::test]
    async fn the_browser_brings_the_code_and_the_door_closes() {
        let (port, mut codes, waiting) = open().await;
        let answer = knock(port, &get(port, LOGIN)).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("Puoi tornare all'app"));
        assert!(!answer.contains(CODE) && answer.contains("no-store"), "{answer}");
        assert_eq!(codes.recv().await, Some(Brought::Code(Secret(CODE.into()))));
        waiting.await.unwrap();
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err());
    }

    #[tokio::test]
    async fn strangers_find_nothing_and_do_not_close_it() {
        let (port, mut codes, _waiting) = open().await;
        let good = get(port, LOGIN);
        let idle = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        for request in [
            get(port, OTHER),
            good.replace("GET", "POST"),
            good.replace("GET", "HEAD"),
            good.replace("HTTP/1.1", "HTTP/1.0"),
            good.replace("127.0.0.1", "evil.example"),
            good.replace("\r\nHost", "\r\nX"),
            good.replace("\r\nHost", "\r\nHost: evil.example\r\nHost"),
            good.replace("/ritorno", "/altro"),
            good.replace(CODE, "x"),
            "GET / HTTP/1.1\r\n\r\n".to_owned(),
            "\r\n\r\n".to_owned(),
        ] {
            let answer = knock(port, &request).await;
            assert!(answer.starts_with("HTTP/1.1 404"), "{request}: {answer}");
        }
        assert!(codes.try_recv().is_err());
        assert!(knock(port, &good).await.starts_with("HTTP/1.1 200"));
        assert_eq!(codes.recv().await, Some(Brought::Code(Secret(CODE.into()))));
        drop(idle);
    }

    #[tokio::test]
    async fn who_says_too_much_is_shown_out() {
        let (port, _codes, _waiting) = open().await;
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        let much = "x".repeat(2 * LONGEST);
        // The door may close while the rest is still being said.
        let _ = stream.write_all(much.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert_eq!(answer, b"");
    }

    proptest! {
        #[test]
        fn no_request_makes_the_door_panic(text in "\\PC{0,200}") {
            prop_assert_eq!(wanted(&text, "127.0.0.1:1"), None);
        }
    }
}
