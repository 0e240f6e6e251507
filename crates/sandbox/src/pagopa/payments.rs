//! Paying: what every channel does once somebody has the money in hand.

use super::{
    delivery,
    faults::ReceiptFault,
    positions::{Payment, Position, Status},
    receipts::{self, Message},
    state::Platform,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::sync::Arc;

/// How a payer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Checkout's page.
    Checkout,
    /// A tobacconist's counter.
    Counter,
}

/// A payment service provider. Both are invented.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Provider {
    pub id: &'static str,
    pub name: &'static str,
    pub fiscal_code: &'static str,
    pub channel: &'static str,
}

const BANK: Provider = Provider {
    id: "PROVAITMM",
    name: "Banca di Prova",
    fiscal_code: "99900000011",
    channel: "99900000011_01",
};

const TOBACCONISTS: Provider = Provider {
    id: "TABACIT1",
    name: "Tabaccherie di Prova",
    fiscal_code: "99900000022",
    channel: "99900000022_01",
};

impl Channel {
    pub(super) fn provider(self) -> &'static Provider {
        match self {
            Self::Checkout => &BANK,
            Self::Counter => &TOBACCONISTS,
        }
    }

    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Checkout => "creditCard",
            Self::Counter => "cash",
        }
    }

    /// In cents, on top.
    pub(super) fn fee(self) -> i64 {
        match self {
            Self::Checkout => 150,
            Self::Counter => 200,
        }
    }

    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Checkout => "web",
            Self::Counter => "tabaccheria",
        }
    }
}

/// How a payment stands in a reporting flow (`payStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PayStatus {
    /// 0.
    Executed,
    /// 4: paid while the body could not be reached.
    StandIn,
    /// 8: the same, and no receipt was sent.
    StandInNoRpt,
    /// 9: the money is there, no receipt was sent.
    NoRpt,
}

/// A payment that was made: what its receipt says, whether or not that was ever sent.
#[derive(Debug, Clone)]
pub(super) struct Paid {
    pub message: Message,
    pub status: PayStatus,
    /// Whether the receipt can be asked for.
    pub recoverable: bool,
    /// The flow that reported it.
    pub flow: Option<String>,
}

/// A payment that pagoPA holds as done, to compare with what a body believes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaymentMade {
    /// Fiscal code of the body.
    pub body: String,
    /// Its notice.
    pub notice_number: String,
    /// The notice's IUV.
    pub iuv: String,
    /// The receipt's id, the flow's IUR.
    pub receipt_id: String,
    /// In cents, notification fee included.
    pub amount: i64,
    /// When, by the sandbox's clock.
    pub paid_at: DateTime<Utc>,
    /// How.
    pub channel: Channel,
    /// What the flow says.
    pub status: PayStatus,
    /// The flow that reported it.
    pub flow: Option<String>,
}

/// Why a notice cannot be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unpayable {
    Unknown,
    NotNow,
    OtherAmount,
    /// The body's own station does not answer.
    NoAnswer,
}

impl Unpayable {
    /// For people.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Unknown => {
                "L'ente non conosce questo avviso. Controlla il codice avviso e il codice fiscale dell'ente."
            }
            Self::NotNow => "L'avviso è già stato pagato, è in pagamento o non è più pagabile.",
            Self::OtherAmount => "L'importo dell'avviso è cambiato.",
            Self::NoAnswer => "L'ente non risponde. Riprova tra qualche minuto.",
        }
    }
}

/// Which notices may be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Those that are payable now.
    Payable,
    /// Also those that were withdrawn or expired while the payer stood at the counter.
    AlreadyAtTheCounter,
}

/// Body, notice number and amount in cents.
pub(super) type Wanted = (String, String, i64);

impl Platform {
    /// Every payment that was made, in order: what pagoPA holds as paid.
    pub fn payments(&self) -> Vec<PaymentMade> {
        let state = self.state();
        state
            .paid
            .iter()
            .map(|paid| PaymentMade {
                body: paid.message.body.clone(),
                notice_number: paid.message.nav.clone(),
                iuv: paid.message.iuv.clone(),
                receipt_id: paid.message.receipt_id.clone(),
                amount: paid.message.amount,
                paid_at: paid.message.paid_at,
                channel: paid.message.channel,
                status: paid.status,
                flow: paid.flow.clone(),
            })
            .collect()
    }

    /// Pays notices together, all or none, and sends one receipt for each. Answers the receipts' ids.
    pub(super) fn pay(
        self: &Arc<Self>,
        notices: &[Wanted],
        channel: Channel,
        note: Option<&str>,
        rule: Rule,
    ) -> Result<Vec<String>, Unpayable> {
        let now = self.clock.now();
        let mut messages = Vec::new();
        let faults;
        {
            let mut state = self.state();
            faults = state.faults.clone();
            for (body, nav, amount) in notices {
                let position = state.position(body, nav).ok_or(Unpayable::Unknown)?;
                let late = rule == Rule::AlreadyAtTheCounter
                    && matches!(position.status(now), Status::Invalid | Status::Expired);
                if !late && !position.is_payable(now) {
                    return Err(Unpayable::NotNow);
                }
                if position.amount() != *amount {
                    return Err(Unpayable::OtherAmount);
                }
            }
            for (body, nav, _) in notices {
                let Some(position) = state.position_mut(body, nav) else {
                    continue;
                };
                position.notification_fee += i64::from(faults.amount_plus_cents);
                let receipt_id = receipts::new_id();
                position.pay(Payment {
                    at: now,
                    receipt_id: receipt_id.clone(),
                    channel,
                    flow: None,
                });
                let stand_in = matches!(
                    faults.receipts,
                    ReceiptFault::StandIn | ReceiptFault::StandInNever
                );
                let message = Message {
                    stand_in,
                    ..Message::of(position, &receipt_id, now, channel, note)
                };
                state.paid.push(Paid {
                    message: message.clone(),
                    status: match faults.receipts {
                        ReceiptFault::Never => PayStatus::NoRpt,
                        ReceiptFault::StandIn => PayStatus::StandIn,
                        ReceiptFault::StandInNever => PayStatus::StandInNoRpt,
                        _ => PayStatus::Executed,
                    },
                    recoverable: faults.recoverable
                        || !matches!(faults.receipts, ReceiptFault::Never | ReceiptFault::StandInNever),
                    flow: None,
                });
                messages.push(message);
            }
        }
        let ids = messages.iter().map(|m| m.receipt_id.clone()).collect();
        delivery::send(self, messages, &faults);
        Ok(ids)
    }

    /// Pays a notice at the tobacconist's, without any browser. Answers the receipt's id.
    pub fn pay_at_counter(self: &Arc<Self>, nav: &str) -> Option<String> {
        self.counter(nav, Rule::Payable)
    }

    /// The same for a notice that was withdrawn or has expired: the payment had begun before.
    pub fn pay_anyway(self: &Arc<Self>, nav: &str) -> Option<String> {
        self.counter(nav, Rule::AlreadyAtTheCounter)
    }

    fn counter(self: &Arc<Self>, nav: &str, rule: Rule) -> Option<String> {
        let notice = self
            .state()
            .by_notice(nav)
            .map(|p| (p.body.clone(), p.nav.clone(), p.amount()))?;
        self.pay(&[notice], Channel::Counter, None, rule).ok()?.pop()
    }

    /// Cents that the platform adds to what is due (SEND). False where nobody can pay the notice any more.
    pub fn add_notification_fee(&self, nav: &str, cents: u32) -> bool {
        let now = self.clock.now();
        let mut state = self.state();
        let open = |p: &&mut Position| p.nav == nav && p.status(now) == Status::Valid;
        match state.positions.iter_mut().find(open) {
            Some(position) => {
                position.notification_fee += i64::from(cents);
                true
            }
            None => false,
        }
    }

    /// A second payment of a paid notice, with a receipt of its own. Answers its id.
    pub fn pay_again(self: &Arc<Self>, nav: &str) -> Option<String> {
        let message = {
            let mut state = self.state();
            let first = state.paid.iter().find(|paid| paid.message.nav == nav)?;
            let second = first.second(self.clock.now());
            let message = second.message.clone();
            state.paid.push(second);
            message
        };
        let id = message.receipt_id.clone();
        delivery::start(self, &[message]);
        Some(id)
    }
}

impl Paid {
    /// The same notice, paid once more.
    pub(super) fn second(&self, at: DateTime<Utc>) -> Self {
        Self {
            message: Message {
                receipt_id: receipts::new_id(),
                paid_at: at,
                ..self.message.clone()
            },
            status: PayStatus::Executed,
            recoverable: true,
            flow: None,
        }
    }
}
