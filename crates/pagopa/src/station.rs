//! A body's own station: what pagoPA asks about a notice (`paVerifyPaymentNotice`, `paGetPaymentV2`) and brings when it
//! is paid (`paSendRTV2`), and what we answer.
//!
//! A body on GPD gets only the third. One with a station of its own is asked for each notice while somebody stands at a
//! counter: answer within two seconds, from what is stored and nothing else. Asking changes nothing here: a notice stays
//! open until its receipt comes, and locking it while it is being paid is pagoPA's task.
//!
//! Requests and answers are those of `paForNode.xsd`; amounts are euro with two decimals there and cents here.

mod answer;
mod request;

pub use crate::soap::{Fault, FaultCode, MAX_BYTES, MessageError};
pub use answer::{GetPaymentAnswer, Payable, PayableError, VerifyAnswer};
pub use request::{GetPaymentRequest, TransferType, VerifyRequest};

use crate::{
    receipts::{self, PushedReceipt, parse},
    soap::{PA_FOR_NODE, content},
};

/// What came to a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StationRequest {
    /// `paVerifyPaymentNotice`: somebody looks at a notice.
    Verify(VerifyRequest),
    /// `paGetPaymentV2`: somebody is about to pay it.
    GetPayment(GetPaymentRequest),
    /// `paSendRTV2`: it was paid.
    Receipt(Box<PushedReceipt>),
}

/// Which of the three it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `paVerifyPaymentNotice`.
    Verify,
    /// `paGetPaymentV2`.
    GetPayment,
    /// `paSendRTV2`.
    Receipt,
}

impl Operation {
    const ALL: [Self; 3] = [Self::Verify, Self::GetPayment, Self::Receipt];

    /// The root element of its request. The header `SOAPAction` says the same and is not needed.
    pub fn element(self) -> &'static str {
        match self {
            Self::Verify => request::VERIFY,
            Self::GetPayment => request::GET_PAYMENT,
            Self::Receipt => parse::OPERATION,
        }
    }

    /// A refusal in the form of this operation's answer.
    pub fn refusal(self, fault: Fault) -> String {
        match self {
            Self::Verify => VerifyAnswer::Ko(fault).to_xml(),
            Self::GetPayment => GetPaymentAnswer::Ko(fault).to_xml(),
            Self::Receipt => receipts::Answer::Ko(fault).to_xml(),
        }
    }
}

/// A message that cannot be read, and what it was to be, where so much can be seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Unreadable {
    /// The operation, where its root element could be read.
    pub operation: Option<Operation>,
    /// What is wrong.
    #[source]
    pub error: MessageError,
}

impl Unreadable {
    /// The answer for such a message; `body` is the fiscal code under which we are known. Where nobody can tell what was
    /// asked, it has the form of an answer to a receipt, the operation that every station has.
    pub fn answer(&self, body: &str) -> String {
        self.operation
            .unwrap_or(Operation::Receipt)
            .refusal(self.error.fault(body))
    }
}

impl StationRequest {
    /// Reads a SOAP 1.1 envelope and tells by its root element what it is. No document type, no entities, at most
    /// [`MAX_BYTES`].
    pub fn parse(xml: &[u8]) -> Result<Self, Unreadable> {
        let mut operation = None;
        let read = content(xml, |node| {
            operation = Operation::ALL
                .into_iter()
                .find(|known| node.has_tag_name((PA_FOR_NODE, known.element())));
            match operation {
                Some(Operation::Verify) => request::verify(node).map(Self::Verify),
                Some(Operation::GetPayment) => request::get_payment(node).map(Self::GetPayment),
                Some(Operation::Receipt) => parse::request_of(node).map(Box::new).map(Self::Receipt),
                None => Err(MessageError::operation(node.tag_name().name())),
            }
        });
        read.map_err(|error| Unreadable { operation, error })
    }

    /// Which of the three it is.
    pub fn operation(&self) -> Operation {
        match self {
            Self::Verify(_) => Operation::Verify,
            Self::GetPayment(_) => Operation::GetPayment,
            Self::Receipt(_) => Operation::Receipt,
        }
    }

    /// Fiscal code of the body that is meant.
    pub fn id_pa(&self) -> &str {
        match self {
            Self::Verify(request) => &request.id_pa,
            Self::GetPayment(request) => &request.id_pa,
            Self::Receipt(request) => &request.id_pa,
        }
    }

    /// The broker that is meant.
    pub fn id_broker_pa(&self) -> &str {
        match self {
            Self::Verify(request) => &request.id_broker_pa,
            Self::GetPayment(request) => &request.id_broker_pa,
            Self::Receipt(request) => &request.id_broker_pa,
        }
    }

    /// The station that is meant.
    pub fn id_station(&self) -> &str {
        match self {
            Self::Verify(request) => &request.id_station,
            Self::GetPayment(request) => &request.id_station,
            Self::Receipt(request) => &request.id_station,
        }
    }

    /// Whether that body's station is meant, and if not, what is to be answered.
    pub fn check_addressee(&self, body: &str, broker: &str, station: &str) -> Result<(), FaultCode> {
        if self.id_pa() != body {
            Err(FaultCode::Domain)
        } else if self.id_broker_pa() != broker {
            Err(FaultCode::Broker)
        } else if self.id_station() != station {
            Err(FaultCode::Station)
        } else {
            Ok(())
        }
    }

    /// A refusal in the form of this request's answer.
    pub fn refusal(&self, fault: Fault) -> String {
        self.operation().refusal(fault)
    }
}

#[cfg(test)]
mod tests;
