//! Riconciliazione: flows of transfers, and what they and the receipts add up to.
//!
//! A flow is kept whole, with every revision; only the last revision counts. Nothing here credits anything.

use crate::{StorageError, Tx, params};
use domain::{BodyId, Cents, FlowId, Instant, NoticeId, ServiceDay};

/// A flow's header, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFlow {
    /// Identity of the row; any fresh one.
    pub id: FlowId,
    /// The body on whose name it is kept.
    pub body: BodyId,
    /// Identificativo flusso.
    pub fdr: String,
    /// From 1; a later one replaces those before.
    pub revision: i64,
    /// The provider.
    pub psp_id: String,
    /// Its name.
    pub psp: String,
    /// When the provider made it.
    pub made_at: Instant,
    /// When pagoPA published it.
    pub published_at: Instant,
    /// Identifier (TRN) of the bank transfer.
    pub regulation: String,
    /// Day of the bank transfer.
    pub regulation_day: ServiceDay,
    /// Sum of its lines.
    pub total: Cents,
    /// How many lines.
    pub payments: i64,
    /// When it was read.
    pub imported_at: Instant,
}

/// What became of a flow's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState {
    /// Its receipt is here, with the same amount.
    Matched,
    /// No receipt yet.
    Missing,
    /// The receipt says another amount.
    Differs,
    /// The provider took it back.
    Revoked,
    /// No notice of this portal: another service of the body.
    Foreign,
}

impl LineState {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Missing => "missing",
            Self::Differs => "differs",
            Self::Revoked => "revoked",
            Self::Foreign => "foreign",
        }
    }
}

/// A flow's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLine {
    /// From 1, as the flow counts.
    pub place: i64,
    /// Identificativo univoco di versamento.
    pub iuv: String,
    /// Identificativo univoco di riscossione: the receipt's id.
    pub iur: String,
    /// Euro cents.
    pub amount: Cents,
    /// pagoPA's code.
    pub pay_status: i64,
    /// Day of payment.
    pub pay_day: ServiceDay,
    /// What became of it.
    pub state: LineState,
}

/// A notice that a flow's line or a debt position names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedNotice {
    /// Identity.
    pub id: NoticeId,
    /// Whose.
    pub body: BodyId,
    /// Numero avviso.
    pub nav: String,
    /// Sum of its lines.
    pub amount: Cents,
}

pub(crate) const KNOWN: &str =
    "SELECT id FROM flow WHERE body_id = $1 AND fdr = $2 AND psp_id = $3 AND revision = $4";

/// Whether that revision is here.
pub fn is_known(
    tx: &mut dyn Tx,
    body: BodyId,
    fdr: &str,
    psp_id: &str,
    revision: i64,
) -> Result<bool, StorageError> {
    Ok(tx
        .query_opt(KNOWN, &params![body, fdr, psp_id, revision])?
        .is_some())
}

pub(crate) const NEWEST_REVISION: &str =
    "SELECT MAX(revision) AS newest FROM flow WHERE body_id = $1 AND fdr = $2 AND psp_id = $3";
pub(crate) const SUPERSEDE: &str = "\
    UPDATE flow SET superseded_at = $1 WHERE body_id = $2 AND fdr = $3 AND psp_id = $4 AND revision < $5 \
    AND superseded_at IS NULL";
pub(crate) const INSERT: &str = "\
    INSERT INTO flow (id, body_id, fdr, revision, psp_id, psp, made_at, published_at, regulation, regulation_day, \
        total, payments, imported_at, superseded_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
pub(crate) const INSERT_LINE: &str = "\
    INSERT INTO flow_line (flow_id, place, iuv, iur, amount, pay_status, pay_day, state) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Keeps a flow with its lines. Of its revisions only the newest counts, in whichever order they come.
pub fn keep(tx: &mut dyn Tx, flow: &KeptFlow, lines: &[KeptLine]) -> Result<(), StorageError> {
    let newest = tx
        .query_one(
            NEWEST_REVISION,
            &params![flow.body, flow.fdr.clone(), flow.psp_id.clone()],
        )?
        .opt_int("newest")?;
    let superseded = newest
        .is_some_and(|newest| newest > flow.revision)
        .then_some(flow.imported_at);
    tx.execute(
        SUPERSEDE,
        &params![
            flow.imported_at,
            flow.body,
            flow.fdr.clone(),
            flow.psp_id.clone(),
            flow.revision
        ],
    )?;
    let row = params![
        flow.id,
        flow.body,
        flow.fdr.clone(),
        flow.revision,
        flow.psp_id.clone(),
        flow.psp.clone(),
        flow.made_at,
        flow.published_at,
        flow.regulation.clone(),
        flow.regulation_day,
        flow.total,
        flow.payments,
        flow.imported_at,
        superseded
    ];
    tx.execute(INSERT, &row)?;
    for line in lines {
        let row = params![
            flow.id,
            line.place,
            line.iuv.clone(),
            line.iur.clone(),
            line.amount,
            line.pay_status,
            line.pay_day,
            line.state.as_str()
        ];
        tx.execute(INSERT_LINE, &row)?;
    }
    Ok(())
}

pub(crate) const BY_IUV: &str = "SELECT id, body_id, nav, amount FROM notice WHERE iuv = $1";

/// The notices with that IUV, of whatever body: the caller knows which bodies share the fiscal code that it is of.
pub fn notices_of_iuv(tx: &mut dyn Tx, iuv: &str) -> Result<Vec<NamedNotice>, StorageError> {
    let rows = tx.query(BY_IUV, &params![iuv])?;
    rows.iter()
        .map(|row| {
            Ok(NamedNotice {
                id: row.parsed("id")?,
                body: row.parsed("body_id")?,
                nav: row.text("nav")?.to_owned(),
                amount: row.cents("amount")?,
            })
        })
        .collect()
}

pub(crate) const RECEIPT_AMOUNT: &str = "SELECT amount FROM receipt WHERE receipt_id = $1";

/// What the receipt with that id says was paid.
pub fn receipt_amount(tx: &mut dyn Tx, iur: &str) -> Result<Option<Cents>, StorageError> {
    tx.query_opt(RECEIPT_AMOUNT, &params![iur])?
        .map(|row| row.cents("amount"))
        .transpose()
}

pub(crate) const SETTLES: &str = "\
    SELECT 1 AS one FROM receipt WHERE body_id = $1 AND nav = $2 \
    AND outcome NOT IN ('unknown_notice', 'second_payment') LIMIT 1";

/// Whether a receipt for that notice is here.
pub fn has_receipt(tx: &mut dyn Tx, notice: &NamedNotice) -> Result<bool, StorageError> {
    Ok(tx
        .query_opt(SETTLES, &params![notice.body, notice.nav.clone()])?
        .is_some())
}

pub(crate) const MATCH_LATER: &str =
    "UPDATE flow_line SET state = $1 WHERE iur = $2 AND state = 'missing' AND amount = $3";
pub(crate) const DIFFER_LATER: &str =
    "UPDATE flow_line SET state = $1 WHERE iur = $2 AND state = 'missing' AND amount <> $3";

/// A receipt came after its flow: the flow's lines that waited for it are told.
pub fn settle_lines(tx: &mut dyn Tx, iur: &str, amount: Cents) -> Result<(), StorageError> {
    tx.execute(MATCH_LATER, &params![LineState::Matched.as_str(), iur, amount])?;
    tx.execute(DIFFER_LATER, &params![LineState::Differs.as_str(), iur, amount])?;
    Ok(())
}

// Another IUR than the one that was looked for, or the first that is known, is a search of its own: the notice may have
// been paid twice, and with an IUR more services can be asked.
/// What a flow says of a payment without receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Identificativo univoco di riscossione.
    pub iur: String,
    /// What was transferred.
    pub amount: Cents,
    /// When it was paid.
    pub pay_day: ServiceDay,
    /// The provider.
    pub psp_id: String,
    /// Its name.
    pub psp: String,
    /// The flow.
    pub fdr: String,
}

pub(crate) const EVIDENCE: &str = "\
    SELECT l.iur, l.amount, l.pay_day, w.psp_id, w.psp, w.fdr FROM flow_line l JOIN flow w ON w.id = l.flow_id \
    WHERE l.iuv = $1 AND w.body_id = $2 AND l.state = 'missing' AND w.superseded_at IS NULL ORDER BY w.published_at LIMIT 1";

/// The line of a payment whose receipt is missing, in the flows that are kept in the name of that body. An IUV is unique
/// within one fiscal code only: another creditor's line with the same one is another payment.
pub fn evidence(tx: &mut dyn Tx, owner: BodyId, iuv: &str) -> Result<Option<Evidence>, StorageError> {
    let Some(row) = tx.query_opt(EVIDENCE, &params![iuv, owner])? else {
        return Ok(None);
    };
    Ok(Some(Evidence {
        iur: row.text("iur")?.to_owned(),
        amount: row.cents("amount")?,
        pay_day: row.parsed("pay_day")?,
        psp_id: row.text("psp_id")?.to_owned(),
        psp: row.text("psp")?.to_owned(),
        fdr: row.text("fdr")?.to_owned(),
    }))
}

/// A line for the accountants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// When the money was paid.
    pub paid_at: Instant,
    /// Numero avviso.
    pub nav: String,
    /// Identificativo univoco di versamento; none where no notice has this number.
    pub iuv: Option<String>,
    /// Identificativo univoco di riscossione.
    pub iur: String,
    /// The provider's name.
    pub psp: Option<String>,
    /// What was paid, the provider's fee not in it.
    pub amount: Cents,
    /// What became of the receipt.
    pub outcome: String,
    /// `top_up`, `invoice`, `fee`.
    pub kind: Option<String>,
    /// What the payer read.
    pub causale: Option<String>,
    /// The office's own number of an issued notice.
    pub reference: Option<String>,
    /// The flow that transferred it.
    pub fdr: Option<String>,
    /// Identifier of the bank transfer.
    pub regulation: Option<String>,
    /// Day of the bank transfer.
    pub regulation_day: Option<ServiceDay>,
    /// What the flow says was transferred.
    pub transferred: Option<Cents>,
}

// A receipt without its own date of payment counts on the day on which it came. What a provider took back was not
// transferred. The lines are found by the receipts of the body and the days, never by reading every flow.
pub(crate) const ACCOUNTS: &str = "\
    SELECT COALESCE(r.paid_at, r.received_at) AS paid, r.nav, n.iuv, r.receipt_id, r.psp, r.amount, r.outcome, n.kind, \
        n.causale, n.reference, f.fdr, f.regulation, f.regulation_day, f.amount AS transferred \
    FROM receipt r LEFT JOIN notice n ON n.id = r.notice_id \
    LEFT JOIN (SELECT l.iur, MAX(l.amount) AS amount, MAX(w.fdr) AS fdr, MAX(w.regulation) AS regulation, \
            MAX(w.regulation_day) AS regulation_day \
        FROM flow_line l JOIN flow w ON w.id = l.flow_id WHERE w.superseded_at IS NULL AND l.state <> 'revoked' \
            AND l.iur IN (SELECT x.receipt_id FROM receipt x WHERE x.body_id = $1 \
                AND COALESCE(x.paid_at, x.received_at) >= $2 AND COALESCE(x.paid_at, x.received_at) < $3) \
        GROUP BY l.iur) f \
        ON f.iur = r.receipt_id \
    WHERE r.body_id = $1 AND COALESCE(r.paid_at, r.received_at) >= $2 AND COALESCE(r.paid_at, r.received_at) < $3 \
    ORDER BY paid, r.receipt_id";

/// Every receipt of a body whose money was paid from the first instant on and before the second.
pub fn accounts(
    tx: &mut dyn Tx,
    body: BodyId,
    from: Instant,
    until: Instant,
) -> Result<Vec<Account>, StorageError> {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let rows = tx.query(ACCOUNTS, &params![body, from, until])?;
    rows.iter()
        .map(|row| {
            Ok(Account {
                paid_at: row.instant("paid")?,
                nav: row.text("nav")?.to_owned(),
                iuv: owned(row.opt_text("iuv")?),
                iur: row.text("receipt_id")?.to_owned(),
                psp: owned(row.opt_text("psp")?),
                amount: row.cents("amount")?,
                outcome: row.text("outcome")?.to_owned(),
                kind: owned(row.opt_text("kind")?),
                causale: owned(row.opt_text("causale")?),
                reference: owned(row.opt_text("reference")?),
                fdr: owned(row.opt_text("fdr")?),
                regulation: owned(row.opt_text("regulation")?),
                regulation_day: row.opt_parsed("regulation_day")?,
                transferred: row.opt_int("transferred")?.map(Cents::new),
            })
        })
        .collect()
}

/// For the test that prepares every statement on both engines.
pub const fn all_statements() -> &'static [(&'static str, &'static str)] {
    &[
        ("flows::KNOWN", KNOWN),
        ("flows::NEWEST_REVISION", NEWEST_REVISION),
        ("flows::SUPERSEDE", SUPERSEDE),
        ("flows::INSERT", INSERT),
        ("flows::INSERT_LINE", INSERT_LINE),
        ("flows::BY_IUV", BY_IUV),
        ("flows::RECEIPT_AMOUNT", RECEIPT_AMOUNT),
        ("flows::SETTLES", SETTLES),
        ("flows::MATCH_LATER", MATCH_LATER),
        ("flows::DIFFER_LATER", DIFFER_LATER),
        ("flows::EVIDENCE", EVIDENCE),
        ("flows::ACCOUNTS", ACCOUNTS),
    ]
}
