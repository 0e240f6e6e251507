//! How a creditor body says no.

/// Why we refuse, in pagoPA's own words ("faultcode" of the creditor bodies).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCode {
    /// Another receipt for this notice is stored already. pagoPA does not send it again.
    Duplicate,
    /// We know no such notice.
    UnknownNotice,
    /// The notice is paid already.
    AlreadyPaid,
    /// The notice was withdrawn.
    Withdrawn,
    /// The notice can no longer be paid: its date has passed.
    Expired,
    /// The amount that the payer's provider knows is not the one that is owed.
    Amount,
    /// We could not store it, or not look. For a receipt the only answer after which pagoPA sends it again, every hour up to 48 times.
    System,
    /// The values contradict each other or what we know.
    Semantics,
    /// The message is not what the schema says.
    Xsd,
    /// The message is no message of this kind at all.
    ExtraXsd,
    /// Another operation than those we offer.
    SoapAction,
    /// The body is not ours.
    Domain,
    /// The station is not ours.
    Station,
    /// The station's owner is not ours.
    Broker,
}

impl FaultCode {
    /// All of them. `PAA_PAGAMENTO_IN_CORSO` is not among them: pagoPA does the locking.
    pub const ALL: [Self; 14] = [
        Self::Duplicate,
        Self::UnknownNotice,
        Self::AlreadyPaid,
        Self::Withdrawn,
        Self::Expired,
        Self::Amount,
        Self::System,
        Self::Semantics,
        Self::Xsd,
        Self::ExtraXsd,
        Self::SoapAction,
        Self::Domain,
        Self::Station,
        Self::Broker,
    ];

    /// pagoPA's code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "PAA_RECEIPT_DUPLICATA",
            Self::UnknownNotice => "PAA_PAGAMENTO_SCONOSCIUTO",
            Self::AlreadyPaid => "PAA_PAGAMENTO_DUPLICATO",
            Self::Withdrawn => "PAA_PAGAMENTO_ANNULLATO",
            Self::Expired => "PAA_PAGAMENTO_SCADUTO",
            Self::Amount => "PAA_ATTIVA_RPT_IMPORTO_NON_VALIDO",
            Self::System => "PAA_SYSTEM_ERROR",
            Self::Semantics => "PAA_SEMANTICA",
            Self::Xsd => "PAA_SINTASSI_XSD",
            Self::ExtraXsd => "PAA_SINTASSI_EXTRAXSD",
            Self::SoapAction => "PAA_SOAPACTION_ERRATA",
            Self::Domain => "PAA_ID_DOMINIO_ERRATO",
            Self::Station => "PAA_STAZIONE_INT_ERRATA",
            Self::Broker => "PAA_ID_INTERMEDIARIO_ERRATO",
        }
    }

    pub(super) fn meaning(self) -> &'static str {
        match self {
            Self::Duplicate => "Ricevuta già acquisita per questo avviso",
            Self::UnknownNotice => "Avviso di pagamento sconosciuto all'ente",
            Self::AlreadyPaid => "Avviso già pagato",
            Self::Withdrawn => "Avviso annullato dall'ente",
            Self::Expired => "Avviso scaduto",
            Self::Amount => "Importo diverso da quello dovuto",
            Self::System => "Errore interno dell'ente: inviare di nuovo",
            Self::Semantics => "Valori non coerenti",
            Self::Xsd => "Messaggio non conforme allo schema",
            Self::ExtraXsd => "Messaggio SOAP non valido",
            Self::SoapAction => "Operazione non disponibile",
            Self::Domain => "Ente non gestito da questa stazione",
            Self::Station => "Stazione sconosciuta",
            Self::Broker => "Intermediario sconosciuto",
        }
    }
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub code: FaultCode,
    /// Who refuses: the body's fiscal code.
    pub id: String,
    /// More about it, for pagoPA's operators. No personal data.
    pub description: Option<String>,
}

impl Fault {
    /// A refusal by the body with this fiscal code.
    pub fn new(code: FaultCode, body: &str) -> Self {
        Self {
            code,
            id: body.to_owned(),
            description: None,
        }
    }

    /// The same, with more about it.
    #[must_use]
    pub fn describe(self, description: &str) -> Self {
        Self {
            description: Some(description.to_owned()),
            ..self
        }
    }
}
