//! The fixed texts of a notice in pagoPA's five languages: annex 1 of the specification, "Traduzioni", 3.5. They may
//! not be altered, so neither are their slips. Only [`Words::how_much`] is ours outside Italian: the annex has it in
//! Italian alone.
//!
//! An Italian notice is for who lives in Italy. In English, French and Slovene the annex has the texts of the model
//! "Avviso in altra lingua", whose places to pay are described for people who may not; in German it has one set.

use serde::Serialize;

use super::Language;

/// One language's texts. `{body}` stands for the body's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Words {
    pub title: &'static str,
    pub body: &'static str,
    pub recipient: &'static str,
    pub how_much_and_when: &'static str,
    pub how_much: &'static str,
    pub euro: &'static str,
    /// Before the due date, beside the amount.
    pub by: &'static str,
    pub changes: &'static str,
    pub where_to_pay: &'static str,
    /// Where the list of places is; the foreign texts say it themselves.
    pub list: Option<&'static str>,
    pub online: &'static str,
    pub online_text: &'static str,
    /// The same for a body on whose site one can pay.
    pub online_text_with_site: &'static str,
    pub around: &'static str,
    pub around_text: &'static str,
    pub data: &'static str,
    pub single: &'static str,
    /// Before the due date, above the payment's data.
    pub data_by: &'static str,
    pub scan: &'static str,
    pub subject: &'static str,
    pub notice_code: &'static str,
    pub body_code: &'static str,
    pub cbill_code: &'static str,
}

impl Words {
    /// That language's texts.
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::It => &ITALIAN,
            Language::De => &GERMAN,
            Language::En => &ENGLISH,
            Language::Fr => &FRENCH,
            Language::Sl => &SLOVENE,
        }
    }
}

const ITALIAN: Words = Words {
    title: "Avviso di pagamento",
    body: "Ente Creditore",
    recipient: "Destinatario",
    how_much_and_when: "Quanto e quando pagare?",
    how_much: "Quanto pagare?",
    euro: "Euro",
    by: "entro il",
    changes: "In fase di pagamento l’importo potrebbe subire aumenti (per sanzioni, interessi, costi di notifica o altri fattori) o riduzioni (per sgravi o note di credito).",
    where_to_pay: "Dove pagare?",
    list: Some("vai su pagopa.gov.it"),
    online: "Paga con l’app IO",
    online_text: "oppure dal tuo Home Banking, con la tua app di pagamento o con gli altri canali abilitati.",
    online_text_with_site: "oppure sul sito di {body}, dal tuo Home Banking, con la tua app di pagamento o con gli altri canali abilitati.",
    around: "Paga sul territorio",
    around_text: "presso Banche e Sportelli ATM, negli Uffici Postali e Punti Postali, nei Bar, Edicole, Ricevitorie, Supermercati, Tabaccherie e altri Esercenti Convenzionati.",
    data: "Dati per il pagamento",
    single: "Rata unica",
    data_by: "entro il",
    scan: "Inquadra il codice QR con la tua app di pagamento o usa i dati accanto.",
    subject: "Oggetto del pagamento",
    notice_code: "Codice Avviso",
    body_code: "Codice Fiscale Ente",
    cbill_code: "Codice CBILL",
};

const GERMAN: Words = Words {
    title: "Zahlungsmitteilung",
    body: "Körperschaft",
    recipient: "Empfänger",
    how_much_and_when: "Wieviel und wann bezahlen?",
    how_much: "Wieviel bezahlen?",
    euro: "Euro",
    by: "Fälligkeitsdatum",
    changes: "Während des Zahlungsvorganges kann sich der Betrag erhöhen (durch Strafen, Zinsen, Zustellungsgebühren oder anderes) oder verringern (durch Entlastungen oder Gutschriften).",
    where_to_pay: "Wo bezahlen?",
    list: Some("Liste der Zahlungsdienstleister: pagopa.gov.it"),
    online: "Online",
    online_text: "mit der App IO, mittels Home Banking, einer Zahlungsapp oder anderer zugelassener Zahlungsdienstleister.",
    online_text_with_site: "mit der App IO, auf {body}, mittels Home Banking, einer Zahlungsapp oder anderer zugelassener Zahlungsdienstleister.",
    around: "In ihrer umgebung",
    around_text: "bei Banken und ATM-Schaltern, in Postämtern und Poststellen, Tabaktrafiken und anderen angebundenen Dienstleistern.",
    data: "Zahlungsinformationen",
    single: "Einzige Rate",
    data_by: "Fällig am",
    scan: "Den QR-Code mit der Zahlungs-App scannen oder folgende Daten verwenden.",
    subject: "Zahlungsgrund",
    notice_code: "Zahlungsmitteilungskodex",
    body_code: "St.Nr. der Körperschaft",
    cbill_code: "CBILL-Kodex",
};

const ENGLISH: Words = Words {
    title: "Payment notice",
    body: "Payee",
    recipient: "Recipient",
    how_much_and_when: "How much and when to pay?",
    how_much: "How much to pay?",
    euro: "Euro",
    by: "by",
    changes: "During the payment the amount may increase (due to penalties, interest, notification costs or other factors) or be reduced (due to discounts or credit notes).",
    where_to_pay: "Where to pay?",
    list: None,
    online: "Pay online",
    online_text: "Go to pagopa.gov.it and choose your preferred channel.",
    online_text_with_site: "Go to pagopa.gov.it and choose your preferred channel, or visit {body} website.",
    around: "Pay locally",
    around_text: "at banks and ATMs, in post offices, cafés, news stands, betting and tobacco Shops, supermarkets and other affiliated merchants in Italy.",
    data: "Payment details",
    single: "Full amount",
    data_by: "by",
    scan: "Scan the QR Code with your payment app or use the data printed here.",
    subject: "Payment description",
    notice_code: "Notice code",
    body_code: "Payee tax code",
    cbill_code: "CBILL code",
};

const FRENCH: Words = Words {
    title: "Avis de paiement",
    body: "Organisme créancier",
    recipient: "Destinataire",
    how_much_and_when: "Combien et quand payer?",
    how_much: "Combien payer?",
    euro: "Euros",
    by: "avant le",
    changes: "Lors du paiement, le montant peut être augmenté (en raison de sanctions, d’intérêts, de frais de notification ou d’autres facteurs) ou réduit (en raison de réductions ou de notes de crédit).",
    where_to_pay: "Où payer?",
    list: None,
    online: "Payez en ligne",
    online_text: "Accédez au site pagopa.gov.it et choisissez le canal que vous préférez.",
    online_text_with_site: "Accédez au site pagopa.gov.it et choisissez le canal que vous préférez ou visitez le site de {body}.",
    around: "Payez sur le territoire",
    around_text: "dans les banques, les guichets automatiques, les bureaux de poste, les points postaux, les bars, les kiosques à journaux, les détaillants, les supermarchés, les bureaux de tabac et les autres opérateurs agréés en Italie.",
    data: "Données pour le paiement",
    single: "Versement unique",
    data_by: "avant le",
    scan: "Encadrez le code QR avec votre application de paiement ou utilisez les données ci-contre.",
    subject: "Objet du paiement",
    notice_code: "Code de l’avis",
    body_code: "Code fiscal de l’organisme",
    cbill_code: "Code CBILL",
};

const SLOVENE: Words = Words {
    title: "Obvestilo o plačilu",
    body: "Plačnik",
    recipient: "Prejemnik",
    how_much_and_when: "Koliko in kdaj plačati?",
    how_much: "Koliko plačati?",
    euro: "EUR",
    by: "do",
    changes: "Med fazo plačila se lahko znesek poveča (zaradi sankcij, obresti, stroškov obvestil ali drugih dejavnikov) ali zmanjša (zaradi popustov ali dobropisov)",
    where_to_pay: "Kje plačati?",
    list: None,
    online: "Plačajte prek spleta",
    online_text: "Pojdite na pagopa.gov.it in izberite želeni kanal.",
    online_text_with_site: "Pojdite na pagopa.gov.it in izberite želeni kanal ali obiščite spletno mesto {body}.",
    around: "Plačajte lokalno",
    around_text: "na bankah in okencih bankomatov, poštnih uradih in poštnih točkah, v barih, kioskih, sprejemnih pisarnah, supermarketih, trafikah in pri drugih pooblaščenih operaterjih v Italiji.",
    data: "Podatki za plačilo",
    single: "Enkratni obrok",
    data_by: "do",
    scan: "Skenirajte QR-kodo z aplikacijo za plačila ali uporabite podatke, navedene ob kodi.",
    subject: "Predmet plačila",
    notice_code: "Št. obvestila",
    body_code: "Davčna številka plačnika",
    cbill_code: "Koda CBILL",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_names_the_body_where_its_site_takes_payments_and_nowhere_else() {
        for language in Language::ALL {
            let words = serde_json::to_value(Words::of(language)).unwrap();
            let fields = words.as_object().unwrap();
            for (name, text) in fields {
                let text = text.as_str().unwrap_or("-");
                assert!(!text.is_empty(), "{language:?} {name}");
                assert_eq!(
                    text.contains("{body}"),
                    name == "online_text_with_site",
                    "{language:?} {name}"
                );
            }
        }
    }
}
