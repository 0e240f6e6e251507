//! Two bodies and three families, all invented, with everything that an operation may ask of them.
//!
//! Valmora: a Comune, 9:30, 5.95 € + 4 % truncated (6.18 €), a wallet a child, two schools.
//! Pieve: a caterer, 9:15, 5.80 € without VAT, a wallet a family, one school.

use crate::SeededChance;
use chrono::{NaiveTime, TimeDelta};
use domain::{
    BadgeCode, BodyId, Cents, ChildId, ClassGroupId, EnrolmentId, Instant, PersonId, PostingId, SchoolId,
    TariffId, WalletId,
    body::{BodyKind, BodySettings, Contacts, Families, SignInWay},
    calendar::{SchoolYear, Weekdays},
    cutoff::{Action, CutOff},
    meals::Model,
    people::{Actor, BondKind, Grant, Right, Rights},
    price::{Rounding, RoundingLevel, RoundingMode},
    topup::TopUpRules,
    wallet::WalletScope,
};
use identity::Hasher;
use portal::clock::fresh;
use storage::{
    StorageError, Store, Tx,
    bodies::{self, Body, CutOffRule},
    families::{self, By},
    params,
    people::{self, Credential},
};

/// The password of every payer but Pieve's.
pub const PASSWORD: &str = "quattro mele verdi";
/// The provisional password of Pieve's payer.
pub const PROVISIONAL: &str = "rabi-teku-sina-vube-gila";

/// A child of the town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Identity.
    pub id: ChildId,
    /// First name.
    pub first_name: &'static str,
    /// Codice badge.
    pub badge: BadgeCode,
    /// Which wallet pays.
    pub wallet: WalletId,
    /// Where it goes.
    pub school: SchoolId,
    /// Its class.
    pub class: ClassGroupId,
}

/// A payer and the children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// The body.
    pub body: BodyId,
    /// The body's short name.
    pub slug: &'static str,
    /// Who signs in with any of the badges.
    pub payer: PersonId,
    /// Eldest first.
    pub children: Vec<Child>,
}

/// Adults who act for the payer of [`Town::family`], each with one right alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delegates {
    /// Ugo Sala, who sees.
    pub see: PersonId,
    /// Eva Riva, who cancels.
    pub cancel: PersonId,
    /// Leo Serra, who pays.
    pub pay: PersonId,
    /// Mia Costa, who reads the office's papers.
    pub documents: PersonId,
}

/// Who lives there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Town {
    /// Valmora: Ada Bruni with Elio (8) and Gaia (6), 61.80 € each. Full password.
    pub family: Family,
    /// Elio's other parent, bound to him only; has no password.
    pub other_parent: PersonId,
    /// Elio's delegates, brought in by the payer until 8 June 2027, each with one right; they have no password.
    pub delegates: Delegates,
    /// Valmora: Ivo Conti with Lia, 1.00 € of debt. Full password.
    pub neighbours: Family,
    /// Pieve: Noa Ferri with Olmo and Pia, one wallet of 116.00 €. Provisional password, good until 1 December 2026.
    pub elsewhere: Family,
}

/// What differs between the two bodies.
struct Place {
    slug: &'static str,
    name: &'static str,
    prefix: &'static str,
    kind: BodyKind,
    scope: WalletScope,
    at: (u32, u32),
    net: &'static str,
    vat: &'static str,
}

/// Writes the rows.
struct Settler<'a> {
    tx: &'a mut dyn Tx,
    chance: SeededChance,
    now: Instant,
}

/// A body with its schools and their first class.
struct Settled {
    id: BodyId,
    slug: &'static str,
    schools: Vec<(SchoolId, ClassGroupId)>,
}

/// A child to be: first name, day of birth, badge, which school.
type Born = (&'static str, &'static str, &'static str, usize);

impl Town {
    /// Writes everything as it was at the start of September 2026.
    pub async fn settle(store: &Store) -> Result<Self, StorageError> {
        store
            .write(|tx| {
                let now = "2026-09-01T06:00:00Z".parse().expect("an instant");
                let mut settler = Settler {
                    tx,
                    chance: SeededChance::new(1),
                    now,
                };
                settler.town()
            })
            .await
    }
}

impl Settler<'_> {
    fn id<T>(&mut self, make: fn(u64, [u8; 10]) -> T) -> T {
        self.now += TimeDelta::milliseconds(1);
        fresh(&self.chance, self.now, make)
    }

    fn run(&mut self, sql: &str, params: &[storage::Value]) -> Result<(), StorageError> {
        self.tx.execute(sql, params).map(|_| ())
    }

    fn town(&mut self) -> Result<Town, StorageError> {
        let valmora = self.body(
            &Place {
                slug: "valmora",
                name: "Comune di Valmora",
                prefix: "VM",
                kind: BodyKind::Public,
                scope: WalletScope::Child,
                at: (9, 30),
                net: "5.95",
                vat: "4",
            },
            &["Primaria Collodi", "Infanzia Arcobaleno"],
        )?;
        let pieve = self.body(
            &Place {
                slug: "pieve",
                name: "Ristorazione Pieve",
                prefix: "PV",
                kind: BodyKind::Caterer,
                scope: WalletScope::Family,
                at: (9, 15),
                net: "5.80",
                vat: "0",
            },
            &["Primaria del Ponte"],
        )?;
        let two = [
            ("Elio", "2018-03-04", "VM0001", 0),
            ("Gaia", "2020-05-06", "VM0002", 1),
        ];
        let family = self.family(&valmora, ("Ada", "Bruni"), &two, WalletScope::Child, 6_180)?;
        let one = [("Lia", "2019-07-08", "VM0003", 0)];
        let neighbours = self.family(&valmora, ("Ivo", "Conti"), &one, WalletScope::Child, -100)?;
        let pair = [
            ("Olmo", "2017-09-10", "PV0001", 0),
            ("Pia", "2019-11-12", "PV0002", 0),
        ];
        let elsewhere = self.family(&pieve, ("Noa", "Ferri"), &pair, WalletScope::Family, 11_600)?;
        let other_parent = self.adult(&valmora, ("Dino", "Neri"))?;
        self.bond(
            valmora.id,
            other_parent,
            family.children[0].id,
            BondKind::Guardian,
        )?;
        self.password(&family, PASSWORD, None)?;
        self.password(&neighbours, PASSWORD, None)?;
        let until = "2026-12-01T00:00:00Z".parse().expect("an instant");
        self.password(&elsewhere, PROVISIONAL, Some(until))?;
        let delegates = self.delegates(&valmora, &family)?;
        Ok(Town {
            family,
            other_parent,
            delegates,
            neighbours,
            elsewhere,
        })
    }

    fn body(&mut self, place: &Place, schools: &[&str]) -> Result<Settled, StorageError> {
        let settings = BodySettings {
            kind: place.kind,
            sign_in_ways: vec![SignInWay::Badge, SignInWay::Spid, SignInWay::Cie],
            badge_reason: Some("famiglie senza SPID e CIE".to_owned()),
            contacts: Contacts {
                office: "Ufficio scuola".to_owned(),
                phone: "0300 000000".to_owned(),
                email: format!("scuola@{}.example.it", place.slug),
                hours: "lun-ven 9-12".to_owned(),
            },
            model: Model::ExpectedByDefault,
            wallet_scope: place.scope,
            rounding: Rounding {
                mode: RoundingMode::Trunc,
                level: RoundingLevel::Unit,
            },
            top_up: TopUpRules {
                fixed: [2_500, 5_000, 10_000].map(Cents::new).to_vec(),
                min: Cents::new(500),
                max: Cents::new(50_000),
            },
            receipt_prefix: place.prefix.to_owned(),
            families: Families::default(),
            telling: domain::telling::Thresholds::default(),
            renewal: None,
        };
        let id = self.id(BodyId::from_parts);
        let (slug, name) = (place.slug.to_owned(), place.name.to_owned());
        bodies::save(
            self.tx,
            &Body {
                id,
                slug,
                name,
                settings,
                pagopa: None,
            },
            self.now,
        )?;
        let at = NaiveTime::from_hms_opt(place.at.0, place.at.1, 0).expect("a time");
        for action in Action::ALL {
            let rule = CutOff {
                days_before: 0,
                at,
                max_ahead_days: 30,
            };
            bodies::save_cut_off(
                self.tx,
                id,
                &CutOffRule {
                    school: None,
                    action,
                    rule,
                },
            )?;
        }
        let year = SchoolYear {
            name: "2026/2027".to_owned(),
            first: "2026-09-14".parse().expect("a day"),
            last: "2027-06-08".parse().expect("a day"),
            weekdays: Weekdays::MONDAY_TO_FRIDAY,
        };
        bodies::save_year(self.tx, id, &year)?;
        let tariff = self.id(TariffId::from_parts);
        self.run(
            "insert into tariff (id, body_id, code, first_day, net, vat) values ($1, $2, $3, $4, $5, $6)",
            &params![tariff, id, "ordinaria", "2026-09-01", place.net, place.vat],
        )?;
        let mut settled = Settled {
            id,
            slug: place.slug,
            schools: Vec::new(),
        };
        for (i, name) in schools.iter().enumerate() {
            let (school, class) = (self.id(SchoolId::from_parts), self.id(ClassGroupId::from_parts));
            self.run(
                "insert into school (id, body_id, code, name) values ($1, $2, $3, $4)",
                &params![school, id, format!("S{i}"), *name],
            )?;
            self.run(
                "insert into class_group (id, body_id, school_id, code, name) values ($1, $2, $3, $4, $5)",
                &params![class, id, school, "1A", "1ª A"],
            )?;
            settled.schools.push((school, class));
        }
        Ok(settled)
    }

    fn adult(&mut self, body: &Settled, name: (&str, &str)) -> Result<PersonId, StorageError> {
        let id = self.id(PersonId::from_parts);
        let key = format!("{}-{}-{}", body.slug, name.0, name.1).to_uppercase();
        self.run(
            "insert into person (id, body_id, fiscal_code, first_name, surname) values ($1, $2, $3, $4, $5)",
            &params![id, body.id, key, name.0, name.1],
        )?;
        Ok(id)
    }

    fn bond(
        &mut self,
        body: BodyId,
        person: PersonId,
        child: ChildId,
        kind: BondKind,
    ) -> Result<(), StorageError> {
        self.run(
            "insert into bond (person_id, child_id, body_id, kind, may_see, may_cancel, may_pay, may_documents, \
             granted_by) values ($1, $2, $3, $4, 1, 1, 1, 1, 'import')",
            &params![person, child, body, kind.as_str()],
        )
    }

    fn delegates(&mut self, body: &Settled, family: &Family) -> Result<Delegates, StorageError> {
        let mut one = |name, right| {
            let person = self.adult(body, name)?;
            let last = "2027-06-08".parse().expect("a day");
            let grant = Grant {
                kind: BondKind::Delegate,
                rights: Rights {
                    see: right == Right::See,
                    cancel: right == Right::Cancel,
                    pay: right == Right::Pay,
                    documents: right == Right::Documents,
                },
                last_day: Some(last),
            };
            let (child, by) = (family.children[0].id, By::Person(family.payer));
            families::bind(self.tx, body.id, (person, child), grant, by)?;
            Ok::<_, StorageError>(person)
        };
        Ok(Delegates {
            see: one(("Ugo", "Sala"), Right::See)?,
            cancel: one(("Eva", "Riva"), Right::Cancel)?,
            pay: one(("Leo", "Serra"), Right::Pay)?,
            documents: one(("Mia", "Costa"), Right::Documents)?,
        })
    }

    fn wallet(&mut self, body: BodyId, scope: WalletScope, balance: i64) -> Result<WalletId, StorageError> {
        let id = self.id(WalletId::from_parts);
        let word = match scope {
            WalletScope::Child => "child",
            WalletScope::Family => "family",
        };
        self.run(
            "insert into wallet (id, body_id, scope) values ($1, $2, $3)",
            &params![id, body, word],
        )?;
        let posting = self.id(PostingId::from_parts);
        let now = self.now;
        self.run(
            "insert into posting (id, body_id, wallet_id, kind, amount, cause, day, at, note, position, \
             balance_after) values ($1, $2, $3, 'opening', $4, $5, '2026-09-01', $6, 'Saldo iniziale', 1, $4)",
            &params![posting, body, id, balance, format!("opening/2026/2027/{id}"), now],
        )?;
        Ok(id)
    }

    fn family(
        &mut self,
        body: &Settled,
        payer: (&str, &str),
        children: &[Born],
        scope: WalletScope,
        balance: i64,
    ) -> Result<Family, StorageError> {
        let person = self.adult(body, payer)?;
        let mut shared = None;
        let mut all = Vec::new();
        for &(first_name, born, badge, school) in children {
            let wallet = match (scope, shared) {
                (WalletScope::Family, Some(wallet)) => wallet,
                _ => self.wallet(body.id, scope, balance)?,
            };
            shared = Some(wallet);
            let id = self.id(ChildId::from_parts);
            let (school, class) = body.schools[school];
            self.run(
                "insert into child (id, body_id, fiscal_code, first_name, surname, born_on, wallet_id) \
                 values ($1, $2, $3, $4, $5, $6, $7)",
                &params![
                    id,
                    body.id,
                    format!("CF-{badge}"),
                    first_name,
                    payer.1,
                    born,
                    wallet
                ],
            )?;
            self.run(
                "insert into badge (body_id, code, child_id) values ($1, $2, $3)",
                &params![body.id, badge, id],
            )?;
            let enrolment = self.id(EnrolmentId::from_parts);
            self.run(
                "insert into enrolment (id, body_id, child_id, year_name, school_id, class_id, first_day, \
                 last_day, use_days, tariff_code) values ($1, $2, $3, '2026/2027', $4, $5, '2026-09-14', \
                 '2027-06-08', 31, 'ordinaria')",
                &params![enrolment, body.id, id, school, class],
            )?;
            self.bond(body.id, person, id, BondKind::Payer)?;
            let badge = BadgeCode::parse(badge).expect("a badge");
            all.push(Child {
                id,
                first_name,
                badge,
                wallet,
                school,
                class,
            });
        }
        Ok(Family {
            body: body.id,
            slug: body.slug,
            payer: person,
            children: all,
        })
    }

    fn password(
        &mut self,
        family: &Family,
        password: &str,
        until: Option<Instant>,
    ) -> Result<(), StorageError> {
        let hasher = Hasher::quick().expect("a quick hasher");
        let credential = Credential {
            password_hash: hasher.hash(password, [9; 16]).expect("a hash"),
            provisional: until.is_some(),
            expires_at: until,
        };
        let actor = Actor {
            body: family.body,
            person: family.payer,
        };
        people::set_credential(self.tx, actor, &credential, self.now)
    }
}
