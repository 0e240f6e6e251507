//! What we answer about a notice, valid against `paForNode.xsd`.

use crate::{
    config::OfficeName,
    gpd::NewDebt,
    soap::{Fault, Writer, envelope},
};
use domain::{Cents, time::day_in_rome};

/// Why a debt cannot be told to pagoPA.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayableError {
    /// Less than a cent or more than the schema takes.
    #[error("an amount is between 0,01 and 999.999.999,99 euro")]
    Amount,
    /// The debtor has no code of 2 to 16 characters or no name.
    #[error("the debtor has no fiscal code or no name")]
    Debtor,
}

/// A debt that can be paid now, as a station tells it: what GPD would be given, kept at home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payable {
    debt: NewDebt,
    office: Option<OfficeName>,
}

impl Payable {
    /// A debt that the schema lets through. Its key at GPD and whether it expires are not told.
    pub fn new(debt: NewDebt, office: Option<OfficeName>) -> Result<Self, PayableError> {
        if !(Cents::new(1)..=Cents::MAX).contains(&debt.amount) {
            return Err(PayableError::Amount);
        }
        let code = debt.debtor.fiscal_code.chars().count();
        if !(2..=16).contains(&code) || debt.debtor.full_name.trim().is_empty() {
            return Err(PayableError::Debtor);
        }
        Ok(Self { debt, office })
    }

    /// The same, and an office where the body has one.
    fn body(&self, inside: &mut Writer) {
        inside.tag("companyName", self.debt.company_name.as_str());
        inside.maybe("officeName", self.office.as_ref().map(OfficeName::as_str));
    }

    fn due(&self) -> String {
        day_in_rome(self.debt.due).to_string()
    }

    fn verified(&self, inside: &mut Writer) {
        inside.within("paymentList", |list| {
            list.within("paymentOptionDescription", |option| {
                option.amount("amount", self.debt.amount);
                option.tag("options", "EQ");
                option.tag("dueDate", &self.due());
                option.tag("detailDescription", self.debt.causale.as_str());
                option.tag("allCCP", "false");
            });
        });
        inside.tag("paymentDescription", self.debt.causale.as_str());
        inside.tag("fiscalCodePA", &self.debt.body.to_string());
        self.body(inside);
    }

    fn data(&self, inside: &mut Writer) {
        let debt = &self.debt;
        inside.tag("creditorReferenceId", &debt.notice.iuv());
        inside.amount("paymentAmount", debt.amount);
        inside.tag("dueDate", &self.due());
        inside.tag("description", debt.causale.as_str());
        self.body(inside);
        inside.within("debtor", |debtor| {
            debtor.within("uniqueIdentifier", |id| {
                id.tag("entityUniqueIdentifierType", "F");
                id.tag("entityUniqueIdentifierValue", &debt.debtor.fiscal_code);
            });
            let name: String = debt.debtor.full_name.trim().chars().take(70).collect();
            debtor.tag("fullName", &name);
        });
        inside.within("transferList", |list| {
            list.within("transfer", |transfer| {
                transfer.tag("idTransfer", "1");
                transfer.amount("transferAmount", debt.amount);
                transfer.tag("fiscalCodePA", &debt.body.to_string());
                transfer.tag("companyName", debt.company_name.as_str());
                transfer.tag("IBAN", debt.iban.as_str());
                transfer.tag("remittanceInformation", debt.causale.as_str());
                transfer.tag("transferCategory", debt.taxonomy.as_str());
            });
        });
    }
}

/// `paVerifyPaymentNoticeRes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerifyAnswer {
    /// This is owed.
    Ok(Box<Payable>),
    /// Nothing can be paid.
    Ko(Fault),
}

impl VerifyAnswer {
    /// The SOAP envelope, UTF-8, to be served as `text/xml` with status 200.
    pub fn to_xml(&self) -> String {
        envelope("paVerifyPaymentNoticeRes", |inside| match self {
            Self::Ok(payable) => {
                inside.ok();
                payable.verified(inside);
            }
            Self::Ko(fault) => inside.ko(fault),
        })
    }
}

/// `paGetPaymentV2Response`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GetPaymentAnswer {
    /// This is to be transferred.
    Ok(Box<Payable>),
    /// Nothing can be paid.
    Ko(Fault),
}

impl GetPaymentAnswer {
    /// The SOAP envelope, UTF-8, to be served as `text/xml` with status 200.
    pub fn to_xml(&self) -> String {
        envelope("paGetPaymentV2Response", |inside| match self {
            Self::Ok(payable) => {
                inside.ok();
                inside.within("data", |data| payable.data(data));
            }
            Self::Ko(fault) => inside.ko(fault),
        })
    }
}
