//! What a person is to pay and has paid, and whose it is.

use crate::stage::{ADA, Gpd, IVO, benches, issue, issued, pay};
use api::{
    ErrorCode, NoQuery,
    notices::{DocumentQuery, GetNotice, GetNoticeDocument, ListNotices, NoticesView, PaidYearView},
    topups::{CreateTopUp, TopUpLineRequest, TopUpRequest, TopUpWay},
};
use domain::{Cents, notice::NoticeKind, topup::TopUpChoice, topup::TopUpState};
use refettorio_portal::issuing::publish_due;
use testkit::{
    Actor, Bench, Means,
    role::{OtherParent, Parent, ParentOfAnotherBody, ParentOfAnotherFamily, ProvisionalParent},
};

async fn list(actor: &Actor) -> NoticesView {
    actor.ask(&ListNotices {}, &NoQuery {}, &()).await.unwrap()
}

/// Two of Ada's notices can be paid and one of Ivo's.
async fn set_out(bench: &Bench) {
    Gpd::default().stand_in(bench).await;
    let rows = format!(
        "B;{ADA};VM0001;retta;Mensa, ottobre;61,80;10/12/2026\nA;{ADA};;quota;Quota;10;15/11/2026\n\
         C;{IVO};;quota;Quota;10;15/12/2026\n"
    );
    issue(bench, &rows).await.unwrap();
    publish_due(&bench.app).await.unwrap();
}

#[tokio::test]
async fn what_is_due_comes_first_by_its_day_and_the_rest_newest_first() {
    for bench in benches("").await {
        let parent = bench.actor::<Parent>(Means::App).await;
        let empty = list(&parent).await;
        assert_eq!(
            (empty.due, empty.others, empty.years, empty.most_in_cart),
            (vec![], vec![], vec![], 5)
        );
        set_out(&bench).await;
        bench.set("2026-11-23T08:41:00Z");
        let request = TopUpRequest {
            lines: vec![TopUpLineRequest {
                child: bench.town.family.children[0].id,
                choice: TopUpChoice::Meals { meals: 2 },
            }],
            way: TopUpWay::Notice,
        };
        parent.ask(&CreateTopUp {}, &NoQuery {}, &request).await.unwrap();
        let seen = list(&parent).await;
        let due: Vec<_> = seen.due.iter().map(|notice| notice.subject.as_str()).collect();
        assert_eq!(
            due,
            ["Quota", "Mensa, ottobre"],
            "the overdue one is the most urgent"
        );
        let october = &seen.due[1];
        assert_eq!(
            (october.kind, october.state, october.printable),
            (NoticeKind::Invoice, TopUpState::Payable, true)
        );
        assert_eq!(october.due, Some("2026-12-10".parse().unwrap()));
        assert_eq!(october.lines[0].first_name.as_deref(), Some("Elio"));
        assert_eq!(october.cbill.as_deref(), Some("A0EDT"));
        assert_eq!(
            (october.body_name.as_str(), october.body_fiscal_code.as_str()),
            ("Comune di Prova", "00000000000")
        );
        assert_eq!(seen.others.len(), 1);
        let own = &seen.others[0];
        assert_eq!(
            (own.kind, own.due, own.lines[0].meals),
            (NoticeKind::TopUp, None, Some(2))
        );
        assert!(
            own.subject.starts_with("Mensa scolastica, ricarica"),
            "{}",
            own.subject
        );
    }
}

#[tokio::test]
async fn what_was_paid_is_summed_by_the_year_of_rome() {
    for bench in benches("").await {
        set_out(&bench).await;
        let (october, fee) = (issued(&bench, "B").await, issued(&bench, "A").await);
        // Half past midnight of the first of January in Rome.
        pay(&bench, october.id, "2026-12-31T23:30:00Z", 150).await;
        pay(&bench, fee.id, "2026-12-31T22:30:00Z", 0).await;
        let parent = bench.actor::<Parent>(Means::Browser).await;
        let seen = list(&parent).await;
        let year = |year, total| PaidYearView {
            year,
            total: Cents::new(total),
            count: 1,
        };
        assert_eq!(
            seen.years,
            [year(2027, 6_180), year(2026, 1_000)],
            "without the provider's fee"
        );
        assert_eq!(seen.due, []);
        let notice = october.id;
        let view = parent.ask(&GetNotice { notice }, &NoQuery {}, &()).await.unwrap();
        let payment = view.payment.unwrap();
        assert_eq!((view.state, view.printable), (TopUpState::Paid, false));
        assert_eq!(payment.psp.as_deref(), Some("Banca di Prova"));
        assert_eq!(
            (payment.fee, payment.receipt_id),
            (Some(Cents::new(150)), format!("R{}", october.nav))
        );
    }
}

#[tokio::test]
async fn a_notice_of_somebody_else_does_not_exist() {
    for bench in benches("").await {
        set_out(&bench).await;
        let notice = issued(&bench, "B").await.id;
        // A delegate who may see and not pay is a stranger to the payer's notices too.
        bench
            .sql(&format!(
                "update bond set kind = 'delegate', may_pay = 0 where person_id = '{}'",
                bench.town.other_parent
            ))
            .await;
        let strangers = [
            bench.actor::<OtherParent>(Means::App).await,
            bench.actor::<ParentOfAnotherFamily>(Means::App).await,
            bench.actor::<ParentOfAnotherBody>(Means::App).await,
        ];
        for stranger in strangers {
            let refused = stranger
                .ask(&GetNotice { notice }, &NoQuery {}, &())
                .await
                .unwrap_err();
            assert_eq!(refused.code, ErrorCode::NotFound, "{}", stranger.name);
            let query = DocumentQuery::default();
            let refused = stranger
                .ask(&GetNoticeDocument { notice }, &query, &())
                .await
                .unwrap_err();
            assert_eq!(refused.code, ErrorCode::NotFound, "{}", stranger.name);
            let seen = list(&stranger).await;
            assert!(
                seen.due.iter().chain(&seen.others).all(|seen| seen.id != notice),
                "{}",
                stranger.name
            );
        }
    }
}

#[tokio::test]
async fn a_provisional_password_opens_no_payment() {
    for bench in benches("").await {
        set_out(&bench).await;
        let notice = issued(&bench, "B").await.id;
        let provisional = bench.actor::<ProvisionalParent>(Means::App).await;
        let refused = provisional
            .ask(&ListNotices {}, &NoQuery {}, &())
            .await
            .unwrap_err();
        assert_eq!(refused.code, ErrorCode::PasswordChoiceRequired);
        let query = DocumentQuery::default();
        let refused = provisional
            .ask(&GetNoticeDocument { notice }, &query, &())
            .await
            .unwrap_err();
        assert_eq!(refused.code, ErrorCode::PasswordChoiceRequired);
    }
}
