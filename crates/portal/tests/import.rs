//! The office's data through the whole import: every kind of error with its place, all or nothing, twice the same
//! is once, and both sample bodies on both engines.

#![expect(clippy::unwrap_used, reason = "what its helpers find missing fails the test")]

#[path = "../examples/make_samples/samples.rs"]
mod samples;

use proptest::prelude::*;
use refettorio_portal::import::{
    self, Folder, ImportError, Options,
    report::{Count, Findings, Noun, Report},
    settings,
};
use std::{collections::BTreeMap, fmt::Write as _, path::Path, time::Instant};
use storage::{Row, StorageError, Value};
use testkit::Bench;

const TABLES: [&str; 13] = [
    "body",
    "school_year",
    "cut_off",
    "school",
    "class_group",
    "tariff",
    "wallet",
    "child",
    "badge",
    "person",
    "bond",
    "enrolment",
    "closure",
];

const BODY: &str = r#"nome = "Comune di Provaluna"
codice = "provaluna"
tipo = "pubblico"
accesso = ["badge"]
motivo_badge = "prova"
modello = "disdetta"
portafoglio = "famiglia"
prefisso_ricevute = "PR"
[contatti]
ufficio = "Ufficio scuola"
telefono = "0300 000303"
email = "scuola@example.org"
orari = "9-12"
[arrotondamento]
modo = "tronca"
livello = "pasto"
[ricariche]
importi = ["25,00", 50]
minimo = "5,00"
massimo = "300,00"
[limiti.disdetta]
giorni_prima = 0
ora = "09:15"
anticipo_massimo = 45
[limiti.scuole.PRI.disdetta]
giorni_prima = 1
ora = 17:00:00
anticipo_massimo = 45
[[anno]]
nome = "2026/2027"
primo_giorno = "14/09/2026"
ultimo_giorno = 2027-06-08
giorni = "lun mar mer gio ven"
"#;

/// Two siblings and another child: the smallest folder with everything in it.
fn folder() -> Folder {
    let files = [
        ("ente.toml", BODY),
        ("scuole.csv", "codice;nome\nPRI;Primaria\nINF;Infanzia\n"),
        (
            "classi.csv",
            "scuola;codice;nome\nPRI;1A;1ª A\nPRI;3A;3ª A\nINF;A;\n",
        ),
        (
            "tariffe.csv",
            "codice;dal;al;netto;iva\nUNICA;01/09/2026;31/12/2026;5,80;0\nUNICA;01/01/2027;;6,00;0\n",
        ),
        (
            "alunni.csv",
            "codice_fiscale;cognome;nome;data_nascita;badge\nRSSMRA18A01H501J;Rossi;Mario;01/01/2018;AB1001\n\
             BNCLCU19B02F205N;Rossi;Luca;02/02/2019;AB1002\n",
        ),
        (
            "genitori.csv",
            "codice_fiscale;cognome;nome;email;telefono;alunno;tipo\n\
             RSSMRA80A01H501U;Rossi;Mario;mario@example.org;;RSSMRA18A01H501J;intestatario\n\
             RSSMRA80A01H501U;Rossi;Mario;;3330000001;BNCLCU19B02F205N;intestatario\n\
             VRDNNA82C43H501U;Verdi;Anna;;;RSSMRA18A01H501J;genitore\n",
        ),
        (
            "iscrizioni.csv",
            "alunno;anno;scuola;classe;dal;al;giorni;tariffa\nRSSMRA18A01H501J;2026/2027;PRI;3A;;;lun mar gio;unica\n\
             BNCLCU19B02F205N;2026/2027;PRI;1A;01/10/2026;;LMMGV;UNICA\n",
        ),
        (
            "chiusure.csv",
            "dal;al;motivo;scuola;classe\nPasqua-3;Pasqua+2;Pasqua;;\n14/05/2027;;Gita;PRI;3A\n",
        ),
        (
            "saldi.csv",
            "alunno;importo;data\nRSSMRA18A01H501J;111,24;20/11/2026\nBNCLCU19B02F205N;-6,00;20/11/2026\n",
        ),
    ];
    Folder(
        files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect(),
    )
}

fn with(file: &str, from: &str, to: &str) -> Folder {
    let mut folder = folder();
    let bytes = folder.0.get_mut(file).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains(from), "{file}: {from}");
    *bytes = text.replacen(from, to, 1).into_bytes();
    folder
}

async fn run(bench: &Bench, folder: &Folder) -> Result<Report, ImportError> {
    import::run(
        &bench.app.store,
        folder,
        &Options::default(),
        bench.now(),
        bench.chance.clone(),
    )
    .await
}

async fn errors(bench: &Bench, folder: &Folder) -> Vec<String> {
    match run(bench, folder).await {
        Err(ImportError::Wrong(findings)) => findings.errors.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

async fn dump(bench: &Bench) -> Vec<String> {
    let tables = TABLES.iter().chain(&["posting", "credential"]);
    let sql: Vec<String> = tables.map(|table| format!("SELECT * FROM {table}")).collect();
    let read = bench
        .app
        .store
        .read(move |tx| -> Result<Vec<Vec<Row>>, StorageError> {
            sql.iter().map(|sql| tx.query(sql, &[])).collect()
        });
    let mut rows: Vec<String> = read
        .await
        .unwrap()
        .iter()
        .flatten()
        .map(|row| format!("{row:?}"))
        .collect();
    rows.sort();
    rows
}

fn count(created: usize, updated: usize, unchanged: usize, absent: usize) -> Count {
    Count {
        created,
        updated,
        unchanged,
        absent,
    }
}

#[tokio::test]
async fn a_folder_is_imported_once_however_often_it_comes() {
    for bench in Bench::each().await {
        let first = run(&bench, &folder()).await.unwrap();
        assert_eq!(first.warnings, []);
        assert_eq!(first.of(Noun::Child), count(2, 0, 0, 0));
        assert_eq!(first.of(Noun::Person), count(2, 0, 0, 0));
        assert_eq!(first.of(Noun::Opening), count(2, 0, 0, 0));
        let family = "SELECT COUNT(DISTINCT wallet_id) AS n FROM child WHERE surname = 'Rossi' AND fiscal_code IN \
                      ('RSSMRA18A01H501J', 'BNCLCU19B02F205N')";
        assert_eq!(bench.number(family).await, 1, "siblings share a wallet");
        let sum = "SELECT CAST(SUM(amount) AS BIGINT) AS n FROM posting WHERE kind = 'opening' AND cause IN \
                   ('opening/2026/2027/RSSMRA18A01H501J', 'opening/2026/2027/BNCLCU19B02F205N')";
        assert_eq!(bench.number(sum).await, 10_524);
        let contacts = "SELECT COUNT(*) AS n FROM person WHERE fiscal_code = 'RSSMRA80A01H501U' \
                        AND email = 'mario@example.org' AND phone = '3330000001'";
        assert_eq!(
            bench.number(contacts).await,
            1,
            "contacts are gathered from all rows of a person"
        );
        let before = dump(&bench).await;
        bench.set("2026-11-24T07:41:00Z");
        let second = run(&bench, &folder()).await.unwrap();
        assert!(!second.changed(), "{second}");
        assert_eq!(dump(&bench).await, before);
    }
}

#[tokio::test]
async fn a_dry_run_counts_everything_and_keeps_nothing() {
    for bench in Bench::each().await {
        let before = dump(&bench).await;
        let options = Options {
            dry_run: true,
            ..Options::default()
        };
        let report = import::run(
            &bench.app.store,
            &folder(),
            &options,
            bench.now(),
            bench.chance.clone(),
        )
        .await
        .unwrap();
        assert!(report.dry_run && report.of(Noun::Enrolment) == count(2, 0, 0, 0));
        assert!(
            report
                .to_string()
                .starts_with("Prova di importazione per Comune di Provaluna: non è stato salvato niente.")
        );
        assert_eq!(dump(&bench).await, before);
    }
}

#[tokio::test]
async fn changed_rows_update_and_absent_rows_are_left_alone() {
    let bench = Bench::new().await;
    run(&bench, &folder()).await.unwrap();
    let mut changed = with(
        "alunni.csv",
        "BNCLCU19B02F205N;Rossi;Luca;02/02/2019;AB1002\n",
        "",
    );
    changed.0.insert(
        "iscrizioni.csv".into(),
        b"alunno;anno;scuola;classe;lun;mar;ven;tariffa\nRSSMRA18A01H501J;2026/2027;PRI;3A;x;;x;UNICA\n"
            .to_vec(),
    );
    changed.0.remove("chiusure.csv");
    changed.0.remove("tariffe.csv");
    let report = run(&bench, &changed).await.unwrap();
    assert_eq!(report.of(Noun::Child), count(0, 0, 1, 1));
    assert_eq!(report.of(Noun::Enrolment), count(0, 1, 0, 1));
    assert_eq!(report.of(Noun::Closure), count(0, 0, 0, 2));
    assert_eq!(bench.number("SELECT use_days AS n FROM enrolment e JOIN child c ON c.id = e.child_id WHERE c.fiscal_code = 'RSSMRA18A01H501J'").await, 17);
}

#[tokio::test]
async fn half_a_broken_folder_changes_nothing_and_all_errors_come_at_once() {
    let bench = Bench::new().await;
    let before = dump(&bench).await;
    let mut broken = with("alunni.csv", "01/01/2018", "1/1/18");
    broken.0.insert(
        "saldi.csv".into(),
        b"alunno;importo;data\nRSSMRA18A01H501J;molto;20/11/2026\n".to_vec(),
    );
    broken
        .0
        .insert("scuole.csv".into(), b"codice;nome\nPRI;Primaria\n".to_vec());
    assert_eq!(
        errors(&bench, &broken).await,
        [
            "alunni.csv, riga 2, colonna data_nascita: «1/1/18»: scrivi l'anno con quattro cifre, come 15/09/2026.",
            "classi.csv, riga 4, colonna scuola: la scuola «INF» non c'è in scuole.csv. Controlla il codice.",
            "saldi.csv, riga 2, colonna importo: «molto» non è un importo. Scrivilo come 123,60 oppure -12,36.",
        ]
    );
    assert_eq!(dump(&bench).await, before);
}

#[expect(
    clippy::too_many_lines,
    reason = "one table of every error, read from top to bottom"
)]
#[tokio::test]
async fn each_error_has_its_file_line_and_column() {
    let bench = Bench::new().await;
    for (file, from, to, expected) in [
        (
            "alunni.csv",
            "H501J",
            "H501X",
            "alunni.csv, riga 2, colonna codice_fiscale: il codice fiscale «RSSMRA18A01H501X» non è giusto: con questi caratteri finirebbe con J. Confrontalo con la tessera sanitaria.",
        ),
        (
            "alunni.csv",
            "AB1002",
            "AB1001",
            "alunni.csv, riga 3, colonna badge: è già alla riga 2. Lascia una riga sola.",
        ),
        (
            "alunni.csv",
            "AB1002",
            "A",
            "alunni.csv, riga 3, colonna badge: «A» non è un codice badge: servono da 4 a 16 lettere e cifre.",
        ),
        (
            "alunni.csv",
            "BNCLCU19B02F205N;Rossi;Luca",
            "RSSMRA18A01H501J;Rossi;Luca",
            "alunni.csv, riga 3, colonna codice_fiscale: è già alla riga 2. Lascia una riga sola.",
        ),
        (
            "alunni.csv",
            ";Rossi;Mario",
            ";;Mario",
            "alunni.csv, riga 2, colonna cognome: la cella è vuota. Scrivi un valore.",
        ),
        (
            "alunni.csv",
            "cognome;",
            "casata;",
            "alunni.csv, riga 1, colonna cognome: manca questa colonna. Aggiungila alla prima riga.",
        ),
        (
            "genitori.csv",
            "BNCLCU19B02F205N;intestatario",
            "BNCLCU19B02F205N;genitore",
            "alunni.csv, riga 3, colonna codice_fiscale: Rossi Luca non ha un intestatario. Aggiungi in genitori.csv una riga con il suo codice fiscale e tipo intestatario.",
        ),
        (
            "genitori.csv",
            "RSSMRA18A01H501J;genitore",
            "RSSMRA18A01H501J;intestatario",
            "genitori.csv, riga 4, colonna tipo: l'alunno RSSMRA18A01H501J ha già un intestatario alla riga 2. Uno solo è l'intestatario: scrivi genitore nell'altra riga.",
        ),
        (
            "genitori.csv",
            ";genitore",
            ";zio",
            "genitori.csv, riga 4, colonna tipo: «zio» non si capisce. Scrivi genitore, intestatario oppure delegato.",
        ),
        (
            "genitori.csv",
            "RSSMRA80A01H501U;Rossi;Mario;;",
            "RSSMRA80A01H501U;Rossi;Maria;;",
            "genitori.csv, riga 3, colonna nome: per la stessa persona la riga 2 dice un'altra cosa. Scrivi lo stesso valore in tutte le sue righe.",
        ),
        (
            "genitori.csv",
            "mario@example.org",
            "mario",
            "genitori.csv, riga 2, colonna email: «mario» non è un indirizzo e-mail. Correggilo o lascia vuota la cella.",
        ),
        (
            "iscrizioni.csv",
            ";unica",
            ";ridotta",
            "iscrizioni.csv, riga 2, colonna tariffa: la tariffa «RIDOTTA» non c'è in tariffe.csv. Controlla il codice.",
        ),
        (
            "iscrizioni.csv",
            "2026/2027;PRI;3A",
            "2025/2026;PRI;3A",
            "iscrizioni.csv, riga 2, colonna anno: l'anno scolastico «2025/2026» non c'è in ente.toml, che ha: 2026/2027.",
        ),
        (
            "iscrizioni.csv",
            "PRI;3A",
            "INF;3A",
            "iscrizioni.csv, riga 2, colonna classe: la classe «3A» della scuola «INF» non c'è in classi.csv. Controlla il codice.",
        ),
        (
            "iscrizioni.csv",
            "01/10/2026",
            "01/10/2028",
            "iscrizioni.csv, riga 3, colonna dal: è fuori dall'anno scolastico 2026/2027, che va dal 14/09/2026 al 08/06/2027.",
        ),
        (
            "iscrizioni.csv",
            "lun mar gio",
            "",
            "iscrizioni.csv, riga 2, colonna giorni: non c'è nessun giorno di fruizione. Scrivi i giorni in «giorni» (lun mar gio) oppure metti x nelle colonne lun, mar, mer, gio, ven.",
        ),
        (
            "tariffe.csv",
            "31/12/2026",
            "01/01/2027",
            "tariffe.csv, riga 2, colonna al: si sovrappone alla versione della stessa tariffa che comincia il 01/01/2027: scrivi in «al» il giorno prima.",
        ),
        (
            "tariffe.csv",
            "31/12/2026",
            "01/08/2026",
            "tariffe.csv, riga 2, colonna al: l'ultimo giorno viene prima del primo. Controlla «dal» e «al».",
        ),
        (
            "tariffe.csv",
            "5,80",
            "gratis",
            "tariffe.csv, riga 2, colonna netto: «gratis» non è un numero. Scrivilo come 5,95 (al massimo sei decimali).",
        ),
        (
            "chiusure.csv",
            "PRI;3A",
            ";3A",
            "chiusure.csv, riga 3, colonna scuola: per chiudere una classe scrivi anche la sua scuola.",
        ),
        (
            "chiusure.csv",
            "Pasqua+2;",
            "Pasqua-9;",
            "chiusure.csv, riga 2, colonna al: l'ultimo giorno viene prima del primo. Controlla «dal» e «al».",
        ),
        (
            "saldi.csv",
            "BNCLCU19B02F205N;-6,00",
            "RSSMRA18A01H501J;-6,00",
            "saldi.csv, riga 3, colonna alunno: il saldo di questo alunno è già alla riga 2. Lascia una riga sola.",
        ),
        (
            "saldi.csv",
            "BNCLCU19B02F205N",
            "RSSMRA80A01H501U",
            "saldi.csv, riga 3, colonna alunno: l'alunno RSSMRA80A01H501U non c'è in alunni.csv. Controlla il codice fiscale o aggiungi l'alunno.",
        ),
        (
            "ente.toml",
            "scuole.PRI",
            "scuole.LIC",
            "ente.toml, riga 25, voce limiti.scuole: la scuola «LIC» non c'è in scuole.csv. Controlla il codice.",
        ),
        (
            "ente.toml",
            "\"pubblico\"",
            "\"privato\"",
            "ente.toml, riga 3, voce tipo: «privato»: scrivi pubblico oppure gestore.",
        ),
        (
            "ente.toml",
            "email = \"scuola@example.org\"\n",
            "",
            "ente.toml, riga 9, voce contatti.email: manca questa voce. Aggiungila (gli esempi sono nella documentazione).",
        ),
        (
            "ente.toml",
            "\"09:15\"",
            "\"nove\"",
            "ente.toml, riga 23, voce limiti.disdetta.ora: «nove»: scrivi l'ora come \"09:30\".",
        ),
    ] {
        let found = errors(&bench, &with(file, from, to)).await;
        assert!(found.contains(&expected.to_owned()), "{expected}\n{found:#?}");
    }
    let mut none = folder();
    none.0.remove("ente.toml");
    assert_eq!(
        errors(&bench, &none).await,
        ["ente.toml: manca questo file. Descrive l'ente e serve sempre."]
    );
}

#[tokio::test]
async fn what_was_charged_or_posted_is_not_rewritten() {
    for bench in Bench::each().await {
        run(&bench, &folder()).await.unwrap();
        let again = with("saldi.csv", "111,24", "99,00");
        assert_eq!(
            errors(&bench, &again).await,
            [
                "saldi.csv, riga 2, colonna importo: il saldo iniziale 2026/2027 di questo alunno è già registrato: 111,24 € al 20/11/2026. Un saldo registrato non si riscrive: rimetti quei valori e correggi con una rettifica dell'ufficio."
            ]
        );
        let price = with("tariffe.csv", "5,80", "5,90");
        assert_eq!(
            run(&bench, &price).await.unwrap().of(Noun::Tariff),
            count(0, 1, 1, 0),
            "nobody was charged yet"
        );
        run(&bench, &folder()).await.unwrap();
        bench
            .sql(
                "INSERT INTO posting (id, body_id, wallet_id, child_id, kind, amount, cause, day, at, position, balance_after) \
                 SELECT 'a-meal', body_id, wallet_id, id, 'meal', -580, 'meal/test', '2026-11-23', 1, 99, 0 \
                 FROM child WHERE fiscal_code = 'RSSMRA18A01H501J'",
            )
            .await;
        assert_eq!(
            errors(&bench, &price).await,
            [
                "tariffe.csv, riga 2, colonna netto: con questa tariffa sono già stati addebitati pasti fino al 23/11/2026: il prezzo non si cambia più. Rimetti 5,8 + IVA 0%, chiudi la riga con «al» e aggiungi una riga con il nuovo prezzo dal giorno dopo."
            ]
        );
        let ended = with("tariffe.csv", "31/12/2026", "22/11/2026");
        assert!(errors(&bench, &ended).await.contains(&"tariffe.csv, riga 2, colonna al: con questa tariffa sono già stati addebitati pasti fino al 23/11/2026: non può finire prima.".to_owned()));
        let closed = with(
            "tariffe.csv",
            "31/12/2026;5,80;0\n",
            "23/11/2026;5,80;0\nUNICA;24/11/2026;31/12/2026;5,90;0\n",
        );
        assert_eq!(
            run(&bench, &closed).await.unwrap().of(Noun::Tariff),
            count(1, 1, 1, 0)
        );
        let scope = with("ente.toml", "\"famiglia\"", "\"alunno\"");
        assert!(
            errors(&bench, &scope).await[0].starts_with("ente.toml, voce portafoglio: non si può cambiare")
        );
    }
}

#[tokio::test]
async fn a_payer_changes_only_in_so_many_words_and_the_wallet_goes_with_the_children() {
    let bench = Bench::new().await;
    run(&bench, &folder()).await.unwrap();
    let silent = with(
        "genitori.csv",
        "RSSMRA80A01H501U;Rossi;Mario;;3330000001;BNCLCU19B02F205N",
        "VRDNNA82C43H501U;Verdi;Anna;;3330000001;BNCLCU19B02F205N",
    );
    let found = errors(&bench, &silent).await;
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("sono già sul conto della famiglia di prima"));
    assert!(found[1].contains("aggiungi al file anche la riga di RSSMRA80A01H501U con tipo genitore"));
    let wallet = "SELECT COUNT(DISTINCT wallet_id) AS n FROM child WHERE fiscal_code IN ('RSSMRA18A01H501J', 'BNCLCU19B02F205N')";
    let mut both = folder();
    both.0.insert(
        "genitori.csv".into(),
        b"codice_fiscale,cognome,nome,alunno,tipo\nRSSMRA80A01H501U,Rossi,Mario,RSSMRA18A01H501J,genitore\n\
          RSSMRA80A01H501U,Rossi,Mario,BNCLCU19B02F205N,genitore\nVRDNNA82C43H501U,Verdi,Anna,RSSMRA18A01H501J,intestatario\n\
          VRDNNA82C43H501U,Verdi,Anna,BNCLCU19B02F205N,intestatario\n"
            .to_vec(),
    );
    let before = bench.number("SELECT COUNT(*) AS n FROM wallet").await;
    run(&bench, &both).await.unwrap();
    assert_eq!(bench.number(wallet).await, 1);
    assert_eq!(bench.number("SELECT COUNT(*) AS n FROM wallet").await, before);
}

#[tokio::test]
async fn the_office_gives_and_takes_rights_and_days_and_never_the_payers() {
    let columns = |rights: &str, payer: &str| {
        let mut folder = folder();
        let text = format!(
            "codice_fiscale;cognome;nome;email;telefono;alunno;tipo;paga;documenti;dal;al\n\
             RSSMRA80A01H501U;Rossi;Mario;mario@example.org;;RSSMRA18A01H501J;intestatario;{payer}\n\
             RSSMRA80A01H501U;Rossi;Mario;;3330000001;BNCLCU19B02F205N;intestatario;;;;\n\
             VRDNNA82C43H501U;Verdi;Anna;;;RSSMRA18A01H501J;genitore;{rights}\n"
        );
        folder.0.insert("genitori.csv".to_owned(), text.into_bytes());
        folder
    };
    let anna = |more: &str| {
        format!(
            "SELECT COUNT(*) AS n FROM bond b JOIN person p ON p.id = b.person_id WHERE p.first_name = 'Anna' \
             AND p.fiscal_code = 'VRDNNA82C43H501U' AND b.may_see = 1 AND b.may_cancel = 1 AND {more}"
        )
    };
    let bench = Bench::new().await;
    run(&bench, &columns("no;sì;01/09/2026;31/12/2026", ";;;"))
        .await
        .unwrap();
    let limited =
        "b.may_pay = 0 AND b.may_documents = 1 AND b.first_day = '2026-09-01' AND b.last_day = '2026-12-31'";
    assert_eq!(bench.number(&anna(limited)).await, 1);
    // A file without the columns for days leaves them; what it may not say is as it always was.
    run(&bench, &folder()).await.unwrap();
    let kept = "b.may_pay = 1 AND b.may_documents = 1 AND b.last_day = '2026-12-31'";
    assert_eq!(bench.number(&anna(kept)).await, 1);
    run(&bench, &columns(";;;", ";;;")).await.unwrap();
    assert_eq!(
        bench
            .number(&anna("b.first_day IS NULL AND b.last_day IS NULL"))
            .await,
        1
    );
    for (rights, payer, expected) in [
        (
            ";;;",
            "no;;;",
            "riga 2, colonna tipo: l'intestatario può sempre fare tutto",
        ),
        (
            ";;;",
            ";;;31/12/2026",
            "riga 2, colonna tipo: l'intestatario può sempre fare tutto",
        ),
        (
            ";;01/01/2027;31/12/2026",
            ";;;",
            "riga 4, colonna al: l'ultimo giorno viene prima del primo",
        ),
    ] {
        let found = errors(&bench, &columns(rights, payer)).await;
        assert!(found.len() == 1 && found[0].contains(expected), "{found:?}");
    }
}

#[tokio::test]
async fn letters_give_each_payer_without_a_password_one_and_only_once() {
    let bench = Bench::new().await;
    let path = bench.folder().join("lettere.csv");
    let hasher = identity::Hasher::quick().unwrap();
    let options = Options {
        letters: Some(path.clone()),
        hasher: hasher.clone(),
        ..Options::default()
    };
    let run = async || {
        import::run(
            &bench.app.store,
            &folder(),
            &options,
            bench.now(),
            bench.chance.clone(),
        )
        .await
    };
    assert_eq!(run().await.unwrap().of(Noun::Credential), count(1, 0, 0, 0));
    let text = std::fs::read_to_string(&path).unwrap();
    let line = text.lines().nth(1).unwrap();
    let (who, password) = line.rsplit_once(';').unwrap();
    assert_eq!(who, "AB1001 AB1002;Rossi;Mario");
    let read = bench.app.store.read(|tx| -> Result<String, StorageError> {
        let sql = "SELECT c.password_hash FROM credential c JOIN person p ON p.id = c.person_id WHERE p.fiscal_code = $1 AND c.provisional = 1";
        Ok(tx.query_one(sql, &[Value::from("RSSMRA80A01H501U")])?.text("password_hash")?.to_owned())
    });
    assert!(hasher.verify(password, &read.await.unwrap()));
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions()) & 0o777,
        0o600
    );
    assert!(
        matches!(run().await, Err(ImportError::Letters { .. })),
        "a file is never overwritten"
    );
    std::fs::remove_file(&path).unwrap();
    assert_eq!(run().await.unwrap().of(Noun::Credential), count(0, 0, 0, 0));
}

#[tokio::test]
async fn who_only_said_to_be_somebody_loses_every_way_in_when_the_office_enrols_them() {
    let anna = "(select id from person where fiscal_code = 'VRDNNA82C43H501U')";
    let give = format!(
        "insert into credential (person_id, body_id, password_hash, provisional, changed_at) \
         select id, body_id, 'x', 0, 1 from person where id = {anna}"
    );
    let verified = format!(
        "insert into contact (id, body_id, person_id, kind, value, added_at, verified_at) \
         select id, body_id, id, 'mail', 'x@example.org', 1, 1 from person where id = {anna}"
    );
    let held = format!(
        "select (select count(*) from credential where person_id = {anna}) \
         + (select count(*) from contact where person_id = {anna}) as n"
    );
    for bench in Bench::each().await {
        run(&bench, &folder()).await.unwrap();
        // As one who joined by the other parent's invitation, under a fiscal code that nobody checked.
        let joined = format!(
            "update bond set granted_by = (select id from person where fiscal_code = 'RSSMRA80A01H501U') \
             where person_id = {anna}"
        );
        for statement in [&joined, &give, &verified] {
            bench.sql(statement).await;
        }
        assert_eq!(bench.number(&held).await, 2);
        run(&bench, &folder()).await.unwrap();
        assert_eq!(bench.number(&held).await, 0);
        // From now on she is the office's: what she chooses herself stays.
        bench.sql(&give).await;
        run(&bench, &folder()).await.unwrap();
        assert_eq!(bench.number(&held).await, 1);
    }
}

#[tokio::test]
async fn both_sample_bodies_come_in_clean_and_twice_is_once() {
    for bench in Bench::each().await {
        for (slug, children, notices) in [("valdarca", 600, 4), ("pratolieto", 120, 3)] {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../samples")
                .join(slug);
            let folder = Folder::open(&root).unwrap();
            let report = run(&bench, &folder).await.unwrap();
            // Each asks one family for something that is overdue.
            let overdue = |text: &str| text.contains("avvisi.csv") && text.contains("già passata");
            let told: Vec<String> = report.warnings.iter().map(ToString::to_string).collect();
            assert!(told.len() == 1 && overdue(&told[0]), "{told:?}");
            assert_eq!(report.of(Noun::Child).created, children);
            assert_eq!(report.of(Noun::Notice).created, notices);
            assert!(!run(&bench, &folder).await.unwrap().changed());
        }
        let sofia = "SELECT COUNT(*) AS n FROM badge b JOIN child c ON c.id = b.child_id WHERE b.code = 'VD1001' AND c.first_name = 'Sofia'";
        assert_eq!(bench.number(sofia).await, 1);
        let accents = "SELECT COUNT(*) AS n FROM child WHERE first_name = 'Nicolò' AND surname = 'Marin'";
        assert_eq!(bench.number(accents).await, 1);
    }
}

#[tokio::test]
async fn a_notice_that_is_wrong_keeps_the_whole_folder_out() {
    for bench in Bench::each().await {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/pratolieto");
        let mut folder = Folder::open(&root).unwrap();
        let notices = folder.0.get_mut("avvisi.csv").unwrap();
        notices.extend_from_slice(b"34/2026;RNLPLA83T12H501C;VD1001;quota;Quota di Giulia;5;10/12/2026\r\n");
        let before = dump(&bench).await;
        let told = errors(&bench, &folder).await;
        assert!(
            told[0].starts_with("avvisi.csv, riga 6, colonna badge: "),
            "{told:?}"
        );
        assert!(told[1].contains("colonna oggetto: nomina un alunno"), "{told:?}");
        assert_eq!((dump(&bench).await, told.len()), (before, 2));
    }
}

#[test]
fn the_samples_are_what_their_generator_makes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    for (path, bytes) in samples::all() {
        assert!(
            std::fs::read(root.join(&path)).unwrap() == bytes,
            "{path} differs: run the example make_samples"
        );
    }
}

#[tokio::test]
#[ignore = "a measurement: run it alone, in release, with --ignored --nocapture"]
async fn ten_thousand_children_come_in_within_seconds() {
    let bench = Bench::new().await;
    let mut folder = folder();
    let mut files: BTreeMap<&str, String> = folder
        .0
        .iter()
        .map(|(name, bytes)| {
            (
                match name.as_str() {
                    "alunni.csv" => "alunni.csv",
                    "genitori.csv" => "genitori.csv",
                    "iscrizioni.csv" => "iscrizioni.csv",
                    "saldi.csv" => "saldi.csv",
                    _ => "",
                },
                String::from_utf8(bytes.clone()).unwrap(),
            )
        })
        .collect();
    files.remove("");
    for n in 0..10_000_u32 {
        let code = |c: char, y: u32| {
            let letter = |k: u32| char::from(b'A' + u8::try_from(n / 26_u32.pow(k) % 26).unwrap());
            let stem = format!("{c}{}{}{}CU{y}B02F205", letter(0), letter(1), letter(2));
            format!("{stem}{}", domain::fiscal_code::control_character(&stem))
        };
        let (child, adult) = (code('K', 19), code('J', 80));
        let _ = writeln!(
            files.get_mut("alunni.csv").unwrap(),
            "{child};Prova;Numero;02/02/2019;ZZ{n:05}"
        );
        let _ = writeln!(
            files.get_mut("genitori.csv").unwrap(),
            "{adult};Prova;Adulto;;;{child};intestatario"
        );
        let _ = writeln!(
            files.get_mut("iscrizioni.csv").unwrap(),
            "{child};2026/2027;PRI;3A;;;LMMGV;UNICA"
        );
        let _ = writeln!(files.get_mut("saldi.csv").unwrap(), "{child};10,00;20/11/2026");
    }
    for (name, text) in files {
        folder.0.insert(name.to_owned(), text.into_bytes());
    }
    let started = Instant::now();
    let report = run(&bench, &folder).await.unwrap();
    let took = started.elapsed();
    assert_eq!(report.of(Noun::Child).created, 10_002);
    eprintln!("10,000 children imported in {took:?}");
    assert!(took.as_secs() < 120, "{took:?}");
}

proptest! {
    #[test]
    fn random_bytes_never_make_the_settings_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = settings::read(&bytes, &mut Findings::default());
    }

    #[test]
    fn a_slightly_wrong_settings_file_never_panics(at in 0..BODY.len(), with in "[\\PC\n]{0,3}") {
        let mut text = BODY.to_owned();
        if text.is_char_boundary(at) {
            text.insert_str(at, &with);
        }
        let _ = settings::read(text.as_bytes(), &mut Findings::default());
    }

    #[test]
    fn random_rows_never_panic(file in 0_usize..9, rows in "([A-Z0-9/;,\"x€ \r\n]{0,60})") {
        let columns = import::columns::ALL[file];
        let header: Vec<&str> = columns.columns.iter().map(|column| column.name).collect();
        let text = format!("{}\n{rows}", header.join(";"));
        let contents = BTreeMap::from([(columns.file.to_owned(), text.into_bytes())]);
        import::files::read(&contents, &mut Findings::default());
    }
}

/// CAD art. 64: a public body's families sign in with SPID and CIE; anything else somebody must answer for.
#[tokio::test]
async fn a_public_body_needs_a_reason_for_the_badge() {
    let bench = Bench::new().await;
    let ways = "accesso = [\"badge\"]\nmotivo_badge = \"prova\"\n";
    let errors = errors(
        &bench,
        &with("ente.toml", ways, "accesso = [\"badge\", \"spid\"]\n"),
    )
    .await;
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].contains("motivo_badge") && errors[0].contains("SPID e CIE"),
        "{errors:?}"
    );
    let noted = "select count(*) as n from audit where act = 'offer_badge' and means = 'office'";
    assert_eq!(bench.number(noted).await, 0);

    for times in [1, 1] {
        run(&bench, &folder()).await.unwrap();
        assert_eq!(bench.number(noted).await, times, "the choice is noted once");
    }
    run(&bench, &with("ente.toml", ways, "")).await.unwrap();
    let plain = "select count(*) as n from body where slug = 'provaluna' \
                 and settings like '%\"sign_in_ways\":[\"spid\",\"cie\"]%'";
    assert_eq!(
        bench.number(plain).await,
        1,
        "who says nothing offers SPID and CIE"
    );

    let caterer = "tipo = \"gestore\"\naccesso = [\"badge\"]\n";
    let pub_with = format!("tipo = \"pubblico\"\n{ways}");
    run(&bench, &with("ente.toml", &pub_with, caterer)).await.unwrap();
}
