//! Chromium's debugging protocol over a connection of its own: for what its driver does not pass on, which are events and
//! targets beside the page.

use crate::{pages::Window, story::loopback};
use anyhow::{Context, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

/// How long an answer or an event may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to a page, or to a worker.
pub struct Debugger {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    number: u64,
    events: Vec<Value>,
}

impl Debugger {
    /// Connects to the target of that kind (`page`, `service_worker`) whose address begins so.
    pub async fn connect(window: &Window, kind: &str, address: &str) -> anyhow::Result<Self> {
        let list = format!("http://{}/json/list", window.debugger_address()?);
        let targets: Value = loopback()?.get(list).send().await?.json().await?;
        let found = targets.as_array().into_iter().flatten().find(|target| {
            target["type"] == kind && target["url"].as_str().is_some_and(|url| url.starts_with(address))
        });
        let socket = found.and_then(|target| target["webSocketDebuggerUrl"].as_str());
        let socket = socket.with_context(|| format!("no {kind} of {address} in {targets}"))?;
        let (socket, _) = connect_async(socket).await?;
        Ok(Self {
            socket,
            number: 0,
            events: Vec::new(),
        })
    }

    /// Gives a command and waits for its answer.
    pub async fn command(&mut self, method: &str, parameters: Value) -> anyhow::Result<Value> {
        self.number += 1;
        let command = json!({ "id": self.number, "method": method, "params": parameters });
        self.socket
            .send(Message::Text(command.to_string().into()))
            .await?;
        loop {
            let told = self.next().await.with_context(|| method.to_owned())?;
            if told["id"] == self.number {
                ensure!(told["error"].is_null(), "{method}: {}", told["error"]);
                return Ok(told["result"].clone());
            }
            self.events.push(told);
        }
    }

    /// Waits until an event was told of which `pick` makes something.
    pub async fn event<T>(&mut self, method: &str, pick: impl Fn(&Value) -> Option<T>) -> anyhow::Result<T> {
        loop {
            let ours = self.events.iter().filter(|event| event["method"] == method);
            if let Some(found) = ours.filter_map(|event| pick(&event["params"])).next_back() {
                return Ok(found);
            }
            let told = self.next().await.with_context(|| method.to_owned())?;
            self.events.push(told);
        }
    }

    /// Runs a script there and waits for what it promises.
    pub async fn run(&mut self, script: &str) -> anyhow::Result<Value> {
        let parameters = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let answer = self.command("Runtime.evaluate", parameters).await?;
        ensure!(
            answer["exceptionDetails"].is_null(),
            "{script}: {}",
            answer["exceptionDetails"]
        );
        Ok(answer["result"]["value"].clone())
    }

    async fn next(&mut self) -> anyhow::Result<Value> {
        loop {
            let message = timeout(PATIENCE, self.socket.next()).await.context("no answer")?;
            match message.context("the connection ended")?? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(_) => bail!("the connection was closed"),
                _ => {}
            }
        }
    }
}
