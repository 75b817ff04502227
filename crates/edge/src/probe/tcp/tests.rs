use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use super::*;
use crate::far_side::{FarSide, Line};

async fn asked(address: &str) -> Answer {
    let probe = Tcp::parse(&json!({ "address": address })).unwrap();
    timeout(Duration::from_secs(10), probe.ask()).await.unwrap()
}

#[tokio::test]
async fn a_port_that_accepts_is_well_whatever_it_says_then() {
    for script in [Line::hang, Line::drip, |_: &mut Line| Ok(())] {
        let server = FarSide::new(script);
        let answer = asked(&server.address.to_string()).await;
        assert!(matches!(answer, Answer::Well { .. }), "{answer:?}");
        server.left().await;
    }
}

#[tokio::test]
async fn a_port_that_refuses_is_unwell_and_a_name_that_does_not_resolve_is_unknown() {
    let address = FarSide::nobody().to_string();
    let reason = format!("{address}: connection refused");
    let Answer::Unwell { reason: said, .. } = asked(&address).await else {
        panic!("{address} refuses")
    };
    assert_eq!(said.to_lowercase().split(" (").next(), Some(reason.as_str()));

    let Answer::Unknown { reason } = asked("no-such-host.invalid:80").await else {
        panic!("nobody knows the name")
    };
    assert!(reason.starts_with("no-such-host.invalid:80: the name does not resolve: "), "{reason}");
}

#[tokio::test]
async fn an_address_that_we_have_no_way_to_is_unknown() {
    let answer = asked("255.255.255.255:80").await;
    assert!(matches!(answer, Answer::Unknown { .. }), "{answer:?}");
}

#[test]
fn an_address_is_a_host_and_a_port() {
    for (address, is_fine) in [
        ("db.internal:5432", true),
        ("127.0.0.1:80", true),
        ("[::1]:5432", true),
        ("データ.example:80", true),
        ("db.internal", false),
        ("db.internal:", false),
        (":5432", false),
        ("[]:80", false),
        ("::1", false),
        ("db:0", false),
        ("db:65536", false),
        ("http://db:80", false),
        ("db internal:80", false),
        ("user@db:80", false),
    ] {
        let parsed = Tcp::parse(&json!({ "address": address }));
        assert_eq!(parsed.is_ok(), is_fine, "{address}");
    }
}
