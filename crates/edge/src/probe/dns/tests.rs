//! The probe against a name server of this test, which answers over real UDP.

use std::net::UdpSocket;

use serde_json::{Value, json};

use super::Dns;
use crate::probe::Probe;
use matoi_core::signal::Answer;

/// What the server answers.
#[derive(Clone, Copy)]
enum Says {
    /// One A record.
    Address([u8; 4]),
    /// The name does not exist: response code 3.
    NoSuchName,
    /// The server will not tell: response code 5.
    Refused,
    Nonsense,
    Nothing,
}

/// A name server that answers every question in one way, as RFC 1035 lays a message out.
fn server(says: Says) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut buffer = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            if let Some(answer) = answer(&buffer[..length], says) {
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    address
}

fn answer(question: &[u8], says: Says) -> Option<Vec<u8>> {
    let (code, answers) = match says {
        Says::Address(_) => (0, 1),
        Says::NoSuchName => (3, 0),
        Says::Refused => (5, 0),
        Says::Nonsense => return Some(b"not a message".to_vec()),
        Says::Nothing => return None,
    };
    // The question ends with its name's empty label, the type and the class; what follows is the asker's own.
    let name = question[12..].iter().position(|it| *it == 0)?;
    let end = 12 + name + 5;
    let mut message = question[..2].to_vec();
    message.extend([0x81, 0x80 | code, 0, 1, 0, answers, 0, 0, 0, 0]);
    message.extend(&question[12..end]);
    if let Says::Address(address) = says {
        // The name by a pointer, type A, class IN, a minute to live, four bytes.
        message.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        message.extend(address);
    }
    Some(message)
}

async fn ask(config: Value) -> Answer {
    Dns::parse(&config).unwrap().ask().await
}

#[tokio::test]
async fn a_name_with_its_records_is_well() {
    let server = server(Says::Address([192, 0, 2, 7]));
    for config in [
        json!({ "name": "shop.example.com", "server": server }),
        json!({ "name": "shop.example.com.", "record": "A", "server": server, "expect": "192.0.2.7" }),
    ] {
        let answer = ask(config).await;
        let Answer::Well { measured, .. } = answer else { panic!("{answer:?}") };
        assert!(measured["dns.duration"] > 0.0);
    }
}

#[tokio::test]
async fn what_the_named_server_says_or_fails_to_say_is_unwell() {
    for (says, expected) in [
        (Says::Address([192, 0, 2, 9]), "shop.example.com: the answer is 192.0.2.9"),
        (Says::NoSuchName, "shop.example.com: there is no A record"),
        (Says::Refused, "shop.example.com: "),
        (Says::Nonsense, "shop.example.com: "),
        (Says::Nothing, "shop.example.com: no answer"),
    ] {
        let server = server(says);
        let answer =
            ask(json!({ "name": "shop.example.com", "server": server, "expect": "192.0.2.7" }))
                .await;
        let Answer::Unwell { reason, .. } = answer else { panic!("{answer:?}") };
        assert!(reason.starts_with(expected), "{reason}");
    }
}

#[test]
fn wrong_configurations_name_the_field() {
    for (config, expected) in [
        (json!({}), "name: "),
        (json!({ "name": "a b" }), "name: must be a name such as shop.example.com"),
        (
            json!({ "name": "a", "record": "PTR" }),
            "record: must be A, AAAA, CNAME, MX, NS, SRV or TXT",
        ),
        (
            json!({ "name": "a", "server": "ns.example.com" }),
            "server: must be address:port, such as 192.0.2.53:53",
        ),
    ] {
        let problem = Dns::parse(&config).err().unwrap().to_string();
        assert!(problem.starts_with(expected), "{problem}");
    }
}
