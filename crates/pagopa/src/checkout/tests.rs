use super::*;

fn answer(status: u16, location: Option<&str>, body: &str) -> Answer {
    Answer {
        status,
        location: location.map(str::to_owned),
        retry_after: None,
        body: body.as_bytes().to_vec(),
    }
}

fn notice(sequence: u64) -> CartNotice {
    CartNotice {
        notice: NoticeNumber::generate("01".parse().unwrap(), sequence).unwrap(),
        body: "03334231200".parse().unwrap(),
        company_name: "Comune di Prova".parse().unwrap(),
        amount: Cents::new(12_360),
        causale: Causale::new("Mensa scolastica, ricarica").unwrap(),
    }
}

fn returns(base: &str) -> ReturnUrls {
    let url = Url::parse(base).unwrap();
    ReturnUrls {
        ok: url.clone(),
        cancel: url.clone(),
        error: url.clone(),
        waiting: url,
    }
}

#[test]
fn a_cart_holds_one_to_five_different_notices() {
    let home = || returns("https://mensa.example/rientro/abc");
    assert_eq!(Cart::new(vec![], home()), Err(CartError::Size(0)));
    assert_eq!(
        Cart::new((1..=6).map(notice).collect(), home()),
        Err(CartError::Size(6))
    );
    assert!(Cart::new((1..=5).map(notice).collect(), home()).is_ok());
    assert_eq!(
        Cart::new(vec![notice(1), notice(1)], home()),
        Err(CartError::Twice)
    );
    let free = CartNotice {
        amount: Cents::ZERO,
        ..notice(1)
    };
    assert_eq!(Cart::new(vec![free], home()), Err(CartError::Amount));
    for bad in ["http://mensa.example/x", "refettorio://rientro"] {
        assert_eq!(
            Cart::new(vec![notice(1)], returns(bad)),
            Err(CartError::ReturnUrl)
        );
    }
    assert!(Cart::new(vec![notice(1)], returns("http://127.0.0.1:8080/rientro")).is_ok());
}

#[test]
fn a_cart_is_written_in_the_order_of_its_notices() {
    let cart = Cart::new(
        [3, 1, 2].map(notice).to_vec(),
        returns("https://mensa.example/rientro/abc"),
    )
    .unwrap();
    let json = serde_json::to_value(CartRequest::of(&cart)).unwrap();
    let numbers: Vec<_> = (0..3)
        .map(|place| json["paymentNotices"][place]["noticeNumber"].as_str().unwrap())
        .collect();
    assert_eq!(
        numbers,
        [3, 1, 2].map(|sequence| notice(sequence).notice.to_string())
    );
    assert_eq!(json["paymentNotices"][0]["amount"], 12_360);
    assert!(json.get("idCart").is_none());
    let named = cart.clone().named("0199-a_b.c~").unwrap();
    assert_eq!(
        serde_json::to_value(CartRequest::of(&named)).unwrap()["idCart"],
        "0199-a_b.c~"
    );
    for odd in ["", "a b", "è", "a/b", &"x".repeat(211)] {
        assert_eq!(cart.clone().named(odd), Err(CartError::Name), "{odd}");
    }
}

#[test]
fn both_products_answers_lead_to_the_page() {
    let page = "https://checkout.pagopa.it/c/1?clientId=CHECKOUT_CART";
    assert_eq!(redirect(&answer(302, Some(page), "")).unwrap(), page);
    let body = format!(r#"{{"checkoutRedirectUrl":"{page}"}}"#);
    assert_eq!(redirect(&answer(200, None, &body)).unwrap(), page);
    assert!(matches!(
        redirect(&answer(302, None, "")),
        Err(CheckoutError::Unreadable(_))
    ));
    assert!(matches!(
        redirect(&answer(200, None, "{}")),
        Err(CheckoutError::Unreadable(_))
    ));
}

#[test]
fn every_refusal_says_what_the_parent_can_do() {
    let problem = |title: &str, detail: &str| format!(r#"{{"title":"{title}","detail":"{detail}"}}"#);
    let lock = Advice::WaitForTheLock { minutes: 30 };
    let soon = |seconds| Advice::TryAgain {
        after: Duration::from_secs(seconds),
    };
    for (status, body, advice) in [
        (
            400,
            problem("Request validation error", "amount"),
            Advice::AskTheOffice,
        ),
        (401, String::new(), Advice::AskTheOffice),
        (
            422,
            problem("Multiple payment notices not processable", ""),
            Advice::AskTheOffice,
        ),
        (
            422,
            problem("Invalid payment info", "Duplicate payment notice values found."),
            Advice::AskTheOffice,
        ),
        (
            422,
            problem("Invalid payment info", "Invalid payment notice data"),
            lock,
        ),
        (422, String::new(), lock),
        (429, String::new(), soon(30)),
        (500, problem("Internal server error", ""), soon(60)),
        (502, problem("Bad gateway", ""), soon(60)),
        (204, String::new(), soon(60)),
    ] {
        assert_eq!(
            redirect(&answer(status, None, &body)).unwrap_err().advice(),
            advice,
            "{status} {body}"
        );
    }
}

#[test]
fn a_parent_is_sent_to_pagopa_and_nowhere_else() {
    let local = vec!["127.0.0.1:8090".to_owned(), "checkout.prova.example".to_owned()];
    for (address, named, fine) in [
        ("https://checkout.pagopa.it/c/1", &[][..], true),
        ("https://api.uat.platform.pagopa.it/x", &[], true),
        ("http://checkout.pagopa.it/c/1", &[], false),
        ("https://checkout.pagopa.it:8443/c/1", &[], false),
        ("https://pagopa.it.example.com/c/1", &[], false),
        ("https://evilpagopa.it/c/1", &[], false),
        ("https://a@checkout.pagopa.it/c/1", &[], false),
        ("javascript:alert(1)", &[], false),
        ("/c/1", &[], false),
        ("http://127.0.0.1:8090/c/1", &local, true),
        ("http://127.0.0.1:8091/c/1", &local, false),
        ("https://checkout.prova.example/c/1", &local, true),
        ("http://checkout.prova.example/c/1", &local, false),
    ] {
        assert_eq!(trusted(address, named).is_ok(), fine, "{address}");
    }
}
