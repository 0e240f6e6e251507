//! Just enough SMTP (RFC 5321) to be given a mail: EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT; one mail after another.

use super::{Kept, Mail, Mailbox, is_turn};
use mail_parser::MessageParser;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

/// No mail of ours is larger, in bytes.
const LARGEST: usize = 1_048_576;
/// A client that says nothing for so long is gone.
const PATIENCE: Duration = Duration::from_mins(5);

/// Takes connections until told to stop.
pub(crate) async fn serve(mailbox: Arc<Mailbox>, listener: TcpListener, stopped: watch::Receiver<bool>) {
    let mut until = stopped.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let (mailbox, mut stopped) = (Arc::clone(&mailbox), stopped.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        // A client that hangs up in the middle has delivered nothing.
                        _ = talk(&mailbox, stream) => {}
                        _ = stopped.wait_for(|stop| *stop) => {}
                    }
                });
            }
            _ = until.wait_for(|stop| *stop) => return,
        }
    }
}

/// The reply that ends a mail: which fault's turn it is, or none.
enum Verdict {
    Taken,
    Later,
    Never,
}

async fn talk(mailbox: &Mailbox, stream: TcpStream) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    let (mut from, mut to): (Option<String>, Vec<String>) = (None, Vec::new());
    write.write_all(b"220 posta di prova\r\n").await?;
    loop {
        let Some(line) = next_line(&mut lines).await? else {
            return Ok(());
        };
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let reply: &[u8] = match verb.as_str() {
            "EHLO" => b"250-posta\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "HELO" | "NOOP" => b"250 si\r\n",
            "MAIL" => {
                (from, to) = (path(&line), Vec::new());
                b"250 si\r\n"
            }
            "RCPT" => {
                to.extend(path(&line));
                b"250 si\r\n"
            }
            "RSET" => {
                (from, to) = (None, Vec::new());
                b"250 si\r\n"
            }
            "DATA" if from.is_some() && !to.is_empty() => {
                write.write_all(b"354 avanti\r\n").await?;
                let Some(raw) = data(&mut lines).await? else {
                    return Ok(());
                };
                let sender = from.take().unwrap_or_default();
                match take(mailbox, sender, std::mem::take(&mut to), &raw) {
                    Verdict::Taken => b"250 presa\r\n",
                    Verdict::Later => b"451 guasto di prova: riprova\r\n",
                    Verdict::Never => b"550 guasto di prova: casella sconosciuta\r\n",
                }
            }
            "DATA" => b"503 prima MAIL e RCPT\r\n",
            "QUIT" => {
                write.write_all(b"221 ciao\r\n").await?;
                return Ok(());
            }
            _ => b"500 comando sconosciuto\r\n",
        };
        write.write_all(reply).await?;
    }
}

async fn next_line(lines: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = timeout(PATIENCE, lines.read_until(b'\n', &mut line)).await??;
    Ok((read > 0 && line.len() <= LARGEST).then_some(line))
}

/// The mail up to the line with one dot, dots at the beginning of lines taken back (RFC 5321, 4.5.2).
async fn data(lines: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<Option<Vec<u8>>> {
    let mut raw = Vec::new();
    loop {
        let Some(line) = next_line(lines).await? else {
            return Ok(None);
        };
        if line == b".\r\n" || line == b".\n" {
            return Ok(Some(raw));
        }
        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        if raw.len() > LARGEST {
            return Ok(None);
        }
    }
}

/// `a@b` of `MAIL FROM:<a@b> BODY=8BITMIME`.
fn path(line: &str) -> Option<String> {
    let (_, rest) = line.split_once('<')?;
    let (path, _) = rest.split_once('>')?;
    Some(path.to_owned())
}

fn take(mailbox: &Mailbox, from: String, to: Vec<String>, raw: &[u8]) -> Verdict {
    let at = mailbox.clock.now();
    let mut kept = mailbox.kept();
    let Kept {
        mail_attempts,
        faults,
        ..
    } = &mut *kept;
    let attempt = *mail_attempts;
    *mail_attempts += 1;
    if is_turn(attempt, faults.mail_never) {
        return Verdict::Never;
    }
    if is_turn(attempt, faults.mail_later) {
        return Verdict::Later;
    }
    let parsed = MessageParser::default().parse(raw);
    let parsed = parsed.as_ref();
    let words = |text: Option<String>| text.unwrap_or_default();
    kept.mails.push(Mail {
        at,
        id: words(parsed.and_then(|mail| mail.message_id()).map(str::to_owned)),
        from,
        to,
        subject: words(parsed.and_then(|mail| mail.subject()).map(str::to_owned)),
        plain: words(
            parsed
                .and_then(|mail| mail.body_text(0))
                .map(std::borrow::Cow::into_owned),
        ),
        html: words(
            parsed
                .and_then(|mail| mail.body_html(0))
                .map(std::borrow::Cow::into_owned),
        ),
        raw: String::from_utf8_lossy(raw).into_owned(),
    });
    Verdict::Taken
}
