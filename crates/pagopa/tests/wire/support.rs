//! A server that answers what was written down, and keeps what it was asked. Plain sockets: only the portal and the
//! sandbox may have a web server.

use domain::Cents;
use refettorio_pagopa::{
    BodyFiscalCode, Causale, NoticeNumber, Patience, SegregationCode, SubscriptionKey, TaxonomyCode,
    config::ServiceUrl,
    gpd::{Debtor, Iupd, NewDebt},
};
use std::{
    collections::VecDeque,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// What the server says to one request.
#[derive(Debug, Clone)]
pub struct Says {
    status: u16,
    header: String,
    body: String,
}

pub fn says(status: u16, body: impl Into<String>) -> Says {
    Says {
        status,
        header: String::new(),
        body: body.into(),
    }
}

impl Says {
    pub fn with(self, header: &str) -> Self {
        Self {
            header: format!("{header}\r\n"),
            ..self
        }
    }
}

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `GET /path?query`.
    pub line: String,
    pub head: String,
    pub body: String,
}

/// A server with answers in order; when they are used up it hangs up without a word.
#[derive(Clone)]
pub struct Server {
    pub url: Url,
    answers: Arc<Mutex<VecDeque<Says>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub async fn new(answers: Vec<Says>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = Url::parse(&format!("http://{}/base/v1", listener.local_addr().unwrap())).unwrap();
        let server = Self {
            url,
            answers: Arc::new(Mutex::new(answers.into())),
            asked: Arc::default(),
        };
        let inside = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                inside.answer(stream).await;
            }
        });
        server
    }

    pub fn base(&self) -> ServiceUrl {
        self.url.clone().try_into().unwrap()
    }

    /// The requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }

    pub fn will_say(&self, answer: Says) {
        self.answers.lock().unwrap().push_back(answer);
    }

    async fn answer(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let (head, length) = loop {
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some(end) = text.find("\r\n\r\n") {
                let length = text[..end]
                    .to_lowercase()
                    .lines()
                    .find_map(|line| {
                        line.strip_prefix("content-length:")
                            .map(str::trim)
                            .map(str::to_owned)
                    })
                    .map_or(0, |length| length.parse::<usize>().unwrap());
                break (text[..end].to_owned(), end + 4 + length);
            }
        };
        while bytes.len() < length {
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let line = head
            .lines()
            .next()
            .unwrap()
            .trim_end_matches(" HTTP/1.1")
            .to_owned();
        let body = String::from_utf8_lossy(&bytes[head.len() + 4..]).into_owned();
        self.asked.lock().unwrap().push(Asked { line, head, body });
        let next = self.answers.lock().unwrap().pop_front();
        if let Some(Says { status, header, body }) = next {
            let answer = format!(
                "HTTP/1.1 {status} x\r\n{header}content-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    }
}

pub fn key() -> SubscriptionKey {
    SubscriptionKey::new("k").unwrap()
}

/// Asks three times with hardly a pause.
pub fn patience() -> Patience {
    Patience {
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(5),
        ..Patience::default()
    }
}

pub fn body() -> BodyFiscalCode {
    "03334231200".parse().unwrap()
}

pub fn notice(sequence: u64) -> NoticeNumber {
    NoticeNumber::generate(SegregationCode::new(1).unwrap(), sequence).unwrap()
}

pub fn debt(sequence: u64, cents: i64) -> NewDebt {
    NewDebt {
        body: body(),
        iupd: Iupd::of(body(), notice(sequence)),
        company_name: "Comune di Prova".parse().unwrap(),
        debtor: Debtor {
            fiscal_code: "RSSMRA85T10A562S".to_owned(),
            full_name: "Maria Rossi & <figli>".to_owned(),
        },
        notice: notice(sequence),
        amount: Cents::new(cents),
        causale: Causale::top_up("Comune di Prova", "2026-11-23".parse().unwrap()).unwrap(),
        due: "2026-12-31T22:59:59Z".parse().unwrap(),
        expires: true,
        iban: "IT60X0542811101000000123456".parse().unwrap(),
        taxonomy: TaxonomyCode::school_canteen(),
    }
}

/// A debt as GPD tells it.
pub fn position(sequence: u64, status: &str, cents: i64) -> String {
    format!(
        r#"{{"iupd":"x","status":"{status}","paymentOption":[{{"nav":"{}","iuv":"{}","amount":{cents}}}]}}"#,
        notice(sequence),
        notice(sequence).iuv()
    )
}

/// A list of flows, or of payments, as FDR tells it.
pub fn page(number: u64, pages: u64, data: &[String]) -> String {
    format!(
        r#"{{"metadata":{{"pageSize":1000,"pageNumber":{number},"totPage":{pages}}},"count":{},"data":[{}]}}"#,
        data.len(),
        data.join(",")
    )
}

pub fn listed(fdr: &str, revision: u64, published: &str) -> String {
    format!(
        r#"{{"fdr":"{fdr}","pspId":"ABCDITMM","revision":{revision},"published":"{published}","flowDate":"2026-11-24T06:00:00Z"}}"#
    )
}

pub fn header(fdr: &str, revision: u64, count: u64, sum: &str) -> String {
    format!(
        r#"{{"status":"PUBLISHED","revision":{revision},"created":"2026-11-24T06:00:00Z","updated":"2026-11-24T06:00:00Z",
        "fdr":"{fdr}","fdrDate":"2026-11-24T06:00:00Z","regulation":"SEPA - TRN 0001","regulationDate":"2026-11-24",
        "bicCodePouringBank":"UNCRITMMXXX","sender":{{"type":"LEGAL_PERSON","id":"ABCDITMM","pspId":"ABCDITMM",
        "pspName":"Banca di Prova","pspBrokerId":"70000000001","channelId":"70000000001_01"}},
        "receiver":{{"id":"03334231200","organizationId":"03334231200","organizationName":"Comune di Prova"}},
        "published":"2026-11-24T07:00:00Z","computedTotPayments":{count},"computedSumPayments":{sum},
        "totPayments":{count},"sumPayments":{sum}}}"#
    )
}

pub fn payment(index: u64, pay: &str, status: &str) -> String {
    let iuv = notice(index).iuv();
    format!(
        r#"{{"index":{index},"iuv":"{iuv}","iur":"iur-{index}","idTransfer":1,"pay":{pay},"payStatus":"{status}","payDate":"2026-11-23T08:41:00Z"}}"#
    )
}

/// A receipt as biz-events tells it.
pub fn json_receipt(sequence: u64, receipt_id: &str, euro: &str) -> String {
    let (nav, iuv) = (notice(sequence), notice(sequence).iuv());
    format!(
        r#"{{"receiptId":"{receipt_id}","noticeNumber":"{nav}","fiscalCode":"03334231200","outcome":"OK",
        "creditorReferenceId":"{iuv}","paymentAmount":{euro},"description":"Mensa scolastica","companyName":"Comune di Prova",
        "debtor":{{"entityUniqueIdentifierType":"F","entityUniqueIdentifierValue":"RSSMRA85T10A562S","fullName":"Maria Rossi"}},
        "transferList":[{{"idTransfer":1,"transferAmount":{euro},"fiscalCodePA":"03334231200","iban":"IT60X0542811101000000123456",
        "mbdAttachment":"","remittanceInformation":"Mensa scolastica","transferCategory":"9/0107101TS/"}}],
        "idPSP":"ABCDITMM","pspCompanyName":"Banca di Prova","idChannel":"70000000001_01","channelDescription":"app",
        "paymentMethod":"CP","fee":1.5,"paymentDateTime":"2026-11-23","paymentDateTimeFormatted":"2026-11-23T08:41:00Z",
        "applicationDate":"2026-11-23","transferDate":"2026-11-24"}}"#
    )
}

/// What stands in `paSendRTV2Request`, and in the same message as GPD keeps it.
pub fn receipt_inside(sequence: u64, receipt_id: &str, euro: &str) -> String {
    let (nav, iuv) = (notice(sequence), notice(sequence).iuv());
    format!(
        "<idPA>03334231200</idPA><idBrokerPA>03334231200</idBrokerPA><idStation>03334231200_01</idStation><receipt>\
        <receiptId>{receipt_id}</receiptId><noticeNumber>{nav}</noticeNumber><fiscalCode>03334231200</fiscalCode>\
        <outcome>OK</outcome><creditorReferenceId>{iuv}</creditorReferenceId><paymentAmount>{euro}</paymentAmount>\
        <description>Mensa scolastica</description><companyName>Comune di Prova</companyName><debtor><uniqueIdentifier>\
        <entityUniqueIdentifierType>F</entityUniqueIdentifierType>\
        <entityUniqueIdentifierValue>RSSMRA85T10A562S</entityUniqueIdentifierValue></uniqueIdentifier>\
        <fullName>Maria Rossi</fullName></debtor><transferList><transfer><idTransfer>1</idTransfer>\
        <transferAmount>{euro}</transferAmount><fiscalCodePA>03334231200</fiscalCodePA>\
        <IBAN>IT60X0542811101000000123456</IBAN><remittanceInformation>Mensa scolastica</remittanceInformation>\
        <transferCategory>9/0107101TS/</transferCategory><metadata><mapEntry><key>NOTIFICATION_FEE</key>\
        <value>150</value></mapEntry></metadata></transfer></transferList><idPSP>ABCDITMM</idPSP>\
        <PSPCompanyName>Banca di Prova</PSPCompanyName><idChannel>70000000001_01</idChannel>\
        <channelDescription>app</channelDescription><paymentMethod>creditCard</paymentMethod>\
        <paymentNote>0199-abc</paymentNote><fee>1.50</fee><primaryCiIncurredFee>0.30</primaryCiIncurredFee>\
        <paymentDateTime>2026-11-23T09:41:00</paymentDateTime><applicationDate>2026-11-23</applicationDate>\
        <transferDate>2026-11-24</transferDate><standIn>false</standIn></receipt>"
    )
}
