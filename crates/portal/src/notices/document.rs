//! `get_notice_document`: the printed notice (avviso), to be paid at a counter or with another app.

use super::{
    press,
    view::{is_printable, subject},
};
use crate::{
    app::App,
    errors::{ApiError, ApiResult},
    http::{Args, Caller, Params},
    issuing::{Creditor, CreditorError},
    session::Asking,
};
use api::{
    ErrorCode,
    notices::{DocumentQuery, DocumentView},
};
use axum::extract::State;
use documents::{Avviso, Language};
use domain::{NoticeId, body::Contacts, people::Actor, time::day_in_rome};
use http::StatusCode;
use pagopa::{
    NoticeNumber,
    codes::{CodeError, qr_payload},
};
use storage::{StorageError, Tx, bodies, notices};
use url::{Host, Url};

/// Why there is no paper.
#[derive(Debug, thiserror::Error)]
pub enum GetNoticeDocumentError {
    /// Not a notice of this person.
    #[error("not this person's notice")]
    NotFound,
    /// pagoPA does not know it yet, or it is paid or withdrawn.
    #[error("there is nothing to pay with this paper")]
    NotPrintable,
    /// The body's pagoPA settings.
    #[error(transparent)]
    Creditor(#[from] CreditorError),
    /// The notice's codes.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<GetNoticeDocumentError> for ApiError {
    fn from(error: GetNoticeDocumentError) -> Self {
        match error {
            GetNoticeDocumentError::NotFound => Self::not_found(),
            GetNoticeDocumentError::NotPrintable => Self::new(
                StatusCode::CONFLICT,
                ErrorCode::NotPrintable,
                "Questo avviso ora non si può stampare: è già pagato, è stato ritirato, oppure pagoPA non lo conosce ancora. Guarda come sta nell'elenco dei pagamenti.",
            ),
            GetNoticeDocumentError::Creditor(error) => Self::internal(error),
            GetNoticeDocumentError::Code(error) => Self::internal(error),
            GetNoticeDocumentError::Storage(error) => error.into(),
        }
    }
}

/// Characters that a notice prints of a body's name.
const MOST_OF_BODY: usize = 100;
/// Of an office's name.
const MOST_OF_OFFICE: usize = 50;
/// Of how to reach it, the website counted in.
const MOST_OF_INFO: usize = 100;
/// Of a payer's name.
const MOST_OF_PAYER: usize = 70;

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect::<String>().trim_end().to_owned()
}

/// The portal's address as people write it, where it has a name.
fn website(public_url: &Url) -> Option<String> {
    match public_url.host()? {
        Host::Domain(name) if name != "localhost" => Some(name.to_owned()),
        _ => None,
    }
}

/// How to reach the office, in the body's words or made of its contacts, and the website where both fit.
fn info(
    creditor: &Creditor,
    contacts: &Contacts,
    website: Option<String>,
) -> (Option<String>, Option<String>) {
    let own = creditor.info.as_ref().map(|info| info.as_str().to_owned());
    let phone = Some(contacts.phone.as_str()).filter(|phone| !phone.is_empty());
    let phone = phone.map(|phone| format!("Tel. {phone}"));
    let mail = Some(contacts.email.clone()).filter(|mail| !mail.is_empty());
    let made = [phone.clone(), mail]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    let length = |text: &String| text.chars().count();
    let info = own
        .or(Some(made))
        .filter(|text| (1..=MOST_OF_INFO).contains(&length(text)))
        .or(phone);
    let left = MOST_OF_INFO
        - info
            .as_ref()
            .map_or(0, |info| (length(info) + 3).min(MOST_OF_INFO));
    let website = website.filter(|website| length(website) <= left);
    (info, website)
}

fn avviso(
    app: &App,
    tx: &mut dyn Tx,
    asking: &Asking,
    id: NoticeId,
) -> Result<Avviso, GetNoticeDocumentError> {
    let notice = notices::readable(tx, asking.actor, day_in_rome(asking.now), id)?
        .ok_or(GetNoticeDocumentError::NotFound)?;
    if !is_printable(&notice) {
        return Err(GetNoticeDocumentError::NotPrintable);
    }
    let body = bodies::by_id(tx, asking.actor.body)?.ok_or(GetNoticeDocumentError::NotFound)?;
    let creditor = Creditor::of(&app.settings.pagopa, &body)?;
    // A delegate prints it for whoever is to pay.
    let debtor = Actor {
        body: notice.body,
        person: notice.person,
    };
    let debtor = notices::debtor(tx, debtor)?;
    let (number, _) = NoticeNumber::parse(&notice.nav)?;
    let contacts = &body.settings.contacts;
    let (info, website) = info(&creditor, contacts, website(&app.settings.public_url));
    let office = creditor
        .office_name
        .as_ref()
        .map_or(contacts.office.as_str(), |name| name.as_str());
    Ok(Avviso {
        body_name: cut(creditor.company_name.as_str(), MOST_OF_BODY),
        body_fiscal_code: creditor.fiscal_code.to_string(),
        office_name: Some(cut(office, MOST_OF_OFFICE)),
        info,
        website,
        cbill: creditor.cbill.as_ref().map(|cbill| cbill.as_str().to_owned()),
        recipient_name: cut(&debtor.full_name, MOST_OF_PAYER),
        recipient_fiscal_code: debtor.fiscal_code,
        // Nobody has told the portal where families live.
        recipient_address: None,
        subject: subject(&notice).to_owned(),
        amount: notice.amount,
        due: notice.kind.is_issued().then_some(notice.due_day),
        notice_number: notice.nav,
        qr_text: qr_payload(creditor.fiscal_code, number, notice.amount)?,
    })
}

/// `get_notice_document`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    Args(id): Args<NoticeId>,
    Params(query): Params<DocumentQuery>,
) -> ApiResult<DocumentView> {
    let language = query
        .language
        .as_deref()
        .map_or(Some(Language::It), Language::parse);
    let inside = app.clone();
    // Who asks comes first: a stranger learns nothing of what may be asked.
    let avviso = press::read(&app, &caller, move |tx, asking| avviso(&inside, tx, asking, id)).await?;
    let language = language.ok_or_else(|| ApiError::invalid("language", "is not it, de, en, fr or sl"))?;
    press::print(format!("avviso-{}.pdf", avviso.notice_number), move || {
        documents::avviso(&avviso, language)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn creditor(info: Option<&str>) -> Creditor {
        let value = serde_json::json!({
            "fiscal_code": "00000000000", "segregation_code": "01", "company_name": "Comune di Prova", "info": info,
        });
        serde_json::from_value(value).unwrap()
    }

    fn contacts(phone: &str, email: &str) -> Contacts {
        Contacts {
            phone: phone.to_owned(),
            email: email.to_owned(),
            ..Contacts::default()
        }
    }

    #[test]
    fn how_to_reach_the_office_fits_on_the_notice_whatever_the_body_wrote() {
        let site = || Some("mensa.example.it".to_owned());
        let (text, website) = info(&creditor(None), &contacts("0300 1", "a@example.org"), site());
        assert_eq!(text.as_deref(), Some("Tel. 0300 1 · a@example.org"));
        assert_eq!(website, site());
        let long = format!("{}@example.org", "a".repeat(90));
        let (text, website) = info(&creditor(None), &contacts("0300 1", &long), site());
        assert_eq!((text.as_deref(), website), (Some("Tel. 0300 1"), site()));
        let own = "x".repeat(90);
        let (text, website) = info(&creditor(Some(&own)), &contacts("", ""), site());
        assert_eq!((text, website), (Some(own), None));
        assert_eq!(info(&creditor(None), &contacts("", ""), None), (None, None));
    }

    #[test]
    fn a_portal_on_a_bare_address_is_no_website() {
        let of = |url: &str| website(&url.parse().unwrap());
        assert_eq!(
            of("https://mensa.example.it/"),
            Some("mensa.example.it".to_owned())
        );
        assert_eq!(
            (of("http://127.0.0.1:8080/"), of("http://localhost:8080/")),
            (None, None)
        );
    }
}
