//! What has no threshold: the reader's language, a sign-in from a device that was not known, the renewal of enrolments.

use super::*;
use api::{
    contacts::{SetLanguage, SetLanguageRequest},
    sessions::{ClientKind, SessionView, SignIn, SignInRequest},
};
use domain::contact::Language;
use refettorio_portal::telling::renewal;
use testkit::{PASSWORD, role::Anonymous};

#[tokio::test]
async fn each_adult_is_written_to_in_their_own_language() {
    let bench = Bench::new().await;
    let post = Arc::new(Post::default());
    with_mail(&bench, bench.town.other_parent, "dino@example.it").await;
    let (parent, other) = (
        bench.actor::<Parent>(Means::App).await,
        bench.actor::<OtherParent>(Means::App).await,
    );
    let wanted = Preferences {
        days_changed: Ways {
            push: false,
            mail: true,
            io: false,
        },
        ..Preferences::default()
    };
    other.ask(&SetPreferences {}, &NoQuery {}, &wanted).await.unwrap();
    let elio = bench.town.family.children[0].id;
    for (language, at, words) in [
        (
            Language::De,
            "2026-11-25",
            "Ada hat Elio von der Mensa abgemeldet: Mittwoch, 25. November.",
        ),
        (
            Language::Sl,
            "2026-11-26",
            "Ada: menza odpovedana (Elio): četrtek, 26. novembra.",
        ),
        (
            Language::It,
            "2026-11-27",
            "Ada ha disdetto la mensa di Elio: venerdì 27 novembre.",
        ),
    ] {
        let chosen = SetLanguageRequest { language };
        other.ask(&SetLanguage {}, &NoQuery {}, &chosen).await.unwrap();
        let cancel = CancelMeal {
            child: elio,
            day: day(at),
        };
        parent.ask(&cancel, &NoQuery {}, &()).await.unwrap();
        let told = deliver(&bench, &post).await;
        assert!(told.len() == 1 && told[0].1.contains(words), "{told:?}");
    }
}

async fn sign_in(bench: &Bench, device: Option<&str>) -> SessionView {
    let request = SignInRequest {
        body: "valmora".to_owned(),
        badge: "VM0001".to_owned(),
        password: Secret(PASSWORD.to_owned()),
        client: ClientKind::App,
        device: device.map(|token| Secret(token.to_owned())),
    };
    let anonymous = bench.actor::<Anonymous>(Means::App).await;
    anonymous.ask(&SignIn {}, &NoQuery {}, &request).await.unwrap()
}

#[tokio::test]
async fn a_sign_in_from_an_unknown_device_is_told_and_the_first_one_ever_is_not() {
    for bench in Bench::each().await {
        let post = Arc::new(Post::default());
        with_mail(&bench, bench.town.family.payer, "ada@example.it").await;
        let first = sign_in(&bench, None).await.tokens.unwrap();
        assert!(deliver(&bench, &post).await.is_empty());
        let device = first.device_token.unwrap().0;
        sign_in(&bench, Some(&device)).await;
        assert!(deliver(&bench, &post).await.is_empty());
        let known = bench
            .actor::<Anonymous>(Means::App)
            .await
            .holding(Some(&first.access_token.0));
        let subscribed = known
            .ask(&SubscribePush {}, &NoQuery {}, &SubscribePushRequest::Desktop {})
            .await;
        subscribed.unwrap();
        // In the night too, and to the devices that were there.
        bench.clock.set(rome("2026-11-23", 23, 0));
        sign_in(&bench, None).await;
        let told = deliver(&bench, &post).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].0 == "ada@example.it"
                && told[0].1.contains("nuovo dispositivo")
                && told[0].1.contains("lunedì 23 novembre 2026 alle 23:00"),
            "{told:?}"
        );
        let shown = "select count(*) as n from notification where kind = 'new_sign_in'";
        assert_eq!(bench.number(shown).await, 1);
    }
}

#[tokio::test]
async fn a_renewal_is_told_once_when_it_opens() {
    for bench in Bench::each().await {
        let post = Arc::new(Post::default());
        with_mail(&bench, bench.town.family.payer, "ada@example.it").await;
        with_mail(&bench, bench.town.delegates.see, "zia@example.it").await;
        bench
            .sql(
                "update body set settings = replace(settings, '\"receipt_prefix\":', '\"renewal\":{\"year\":\"2027/2028\",\
                 \"opens\":\"2027-01-11\",\"last_day\":\"2027-02-26\"},\"receipt_prefix\":') where slug = 'valmora'",
            )
            .await;
        bench.clock.set(rome("2027-01-10", 23, 59));
        assert_eq!(renewal::due(&bench.app).await.unwrap(), 0);
        bench.clock.set(rome("2027-01-11", 0, 5));
        assert_eq!(renewal::due(&bench.app).await.unwrap(), 1);
        assert_eq!(renewal::due(&bench.app).await.unwrap(), 0);
        assert!(deliver(&bench, &post).await.is_empty());
        bench.clock.set(rome("2027-01-11", 7, 0));
        let told = deliver(&bench, &post).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].0 == "ada@example.it"
                && told[0].1.contains(
                    "l'iscrizione alla mensa di Elio e Gaia per l'anno 2027/2028, fino a venerdì 26 febbraio"
                ),
            "{told:?}"
        );
        // Sent, and still known to have been told; after two weeks it is no news.
        for (day, hour) in [("2027-01-12", 9), ("2027-01-26", 9), ("2027-03-01", 9)] {
            bench.clock.set(rome(day, hour, 0));
            assert_eq!(renewal::due(&bench.app).await.unwrap(), 0, "{day}");
        }
    }
}
