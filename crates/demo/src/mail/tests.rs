use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::MailSink;

fn sink(refusing: usize) -> (TempDir, MailSink) {
    let folder = tempfile::tempdir().unwrap();
    let sink = MailSink::start_refusing(folder.path(), refusing).unwrap();
    (folder, sink)
}

fn mail(sink: &MailSink, number: usize) -> String {
    String::from_utf8(fs::read(&sink.mails().unwrap()[number]).unwrap()).unwrap()
}

/// Runs a program against the sink; it finds the port in `sys.argv[1]`.
fn python(sink: &MailSink, script: &str) -> String {
    let out = Command::new("python3")
        .args(["-c", &format!("import sys, smtplib\nport = int(sys.argv[1])\n{script}")])
        .arg(sink.port.to_string())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Sends `lines` one by one and answers with the code of each reply, the greeting's first.
fn talk(sink: &MailSink, lines: &[&str]) -> Vec<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", sink.port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut codes = vec![reply(&mut reader)];
    for line in lines {
        stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        codes.push(reply(&mut reader));
    }
    codes
}

fn reply(reader: &mut impl BufRead) -> String {
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.as_bytes().get(3) != Some(&b'-') {
            return line.chars().take(3).collect();
        }
    }
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !condition() {
        assert!(Instant::now() < end, "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_client_that_others_wrote_delivers_through_it() {
    let (_folder, sink) = sink(0);
    python(
        &sink,
        r#"
from email.message import EmailMessage
letter = EmailMessage()
letter["From"], letter["To"], letter["Subject"] = "matoi@bulletin.example", "sato@bulletin.example", "レベル1: 破損"
letter.set_content("history.db が壊れています。\n.\n..dots\n.one\n")
with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
    client.noop()
    client.send_message(letter)
    client.send_message(letter, to_addrs=["a@b.example", "c@d.example"])
    client.mail("x@y.example"); client.rset()
"#,
    );
    assert_eq!(sink.count(), 2);
    assert_eq!(sink.mails().unwrap().len(), 2);
    let second = mail(&sink, 1);
    let head = "Return-Path: <matoi@bulletin.example>\r\nDelivered-To: a@b.example\r\nDelivered-To: c@d.example\r\n";
    assert!(second.starts_with(head), "{second}");
}

#[test]
fn what_was_stuffed_for_the_way_is_unpacked() {
    let (_folder, sink) = sink(0);
    python(
        &sink,
        r#"
with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
    client.sendmail("a@b.example", ["c@d.example"], "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\nend\r\n")
"#,
    );
    assert!(mail(&sink, 0).ends_with("\r\nSubject: dots\r\n\r\n.\r\n..\r\n.x\r\nend\r\n"));
}

#[test]
fn it_says_what_it_can() {
    let (_folder, sink) = sink(0);
    let said = python(
        &sink,
        r#"
with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
    client.ehlo()
    print(sorted(client.esmtp_features))
    client.sendmail("送信@例え.example", ["受信@例え.example"], "Subject: x\r\n\r\n日本語".encode(), ["SMTPUTF8", "BODY=8BITMIME"])
"#,
    );
    assert_eq!(said.trim(), "['8bitmime', 'size', 'smtputf8']");
    assert!(mail(&sink, 0).contains("Delivered-To: 受信@例え.example\r\nSubject: x\r\n\r\n日本語"));
}

#[test]
fn the_first_connections_are_turned_away_and_later_ones_are_not() {
    let (_folder, sink) = sink(2);
    let said = python(
        &sink,
        r#"
for _ in range(3):
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.sendmail("a@b.example", ["c@d.example"], "Subject: x\r\n\r\nx")
            print("sent")
    except smtplib.SMTPConnectError as error:
        print(error.smtp_code)
"#,
    );
    assert_eq!(said.split_whitespace().collect::<Vec<_>>(), ["421", "421", "sent"]);
    assert_eq!((sink.refused(), sink.count()), (2, 1));
}

#[test]
fn commands_out_of_order_or_senseless_are_answered_and_change_nothing() {
    let long = "X".repeat(10_000);
    let cases: [(&[&str], &[&str], &str); 8] = [
        (&["DATA"], &["220", "503"], "no sender"),
        (&["MAIL FROM:<a@b>", "DATA"], &["220", "250", "554"], "no recipient"),
        (&["RCPT TO:<a@b>"], &["220", "503"], "a recipient without a sender"),
        (&["MAIL FROM:<a@b>", "MAIL FROM:<a@b>"], &["220", "250", "503"], "two senders"),
        (
            &["MAIL FROM: a@b", "MAIL a@b", "mail from:<>"],
            &["220", "501", "501", "250"],
            "brackets",
        ),
        (&["MAIL FROM:<a@b> SIZE=99999999"], &["220", "552"], "too big to begin with"),
        (
            &["FROB", "", "EHLO x\u{7}", &long, "VRFY a", "QUIT"],
            &["220", "502", "502", "500", "500", "252", "221"],
            "nonsense",
        ),
        (
            &["MAIL FROM:<a@b>", "RCPT TO:<nobody>", "RSET", "RCPT TO:<a@b>"],
            &["220", "250", "501", "250", "503"],
            "reset",
        ),
    ];
    let (_folder, sink) = sink(0);
    for (lines, expected, says) in cases {
        assert_eq!(talk(&sink, lines), expected, "{says}");
    }
    assert_eq!(sink.count(), 0);
}

#[test]
fn whoever_errs_without_end_is_sent_away() {
    let (_folder, sink) = sink(0);
    let mut stream = TcpStream::connect(("127.0.0.1", sink.port)).unwrap();
    stream.write_all("FROB\r\n".repeat(25).as_bytes()).unwrap();
    let mut heard = String::new();
    // It may be closed on what was not read any more; what was heard until then counts.
    let _ = stream.read_to_string(&mut heard);
    assert!(heard.matches("502").count() <= 21, "{heard}");
}

const ENVELOPE: &str = "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n";

/// Sends all at once and hangs up; true once the sink has let go of the connection.
fn throw(sink: &MailSink, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", sink.port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(bytes).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut heard = String::new();
    let _ = stream.read_to_string(&mut heard);
    heard
}

#[test]
fn half_a_mail_is_no_mail() {
    let (_folder, sink) = sink(0);
    let whole = format!("EHLO me\r\n{ENVELOPE}Subject: x\r\n\r\nx\r\n.\r\nQUIT\r\n");
    for length in (0..whole.len() - 9).step_by(3) {
        throw(&sink, &whole.as_bytes()[..length]);
    }
    assert_eq!(sink.count(), 0);
    assert!(throw(&sink, whole.as_bytes()).contains("250 2.0.0 kept"));
    assert_eq!(sink.count(), 1);
}

#[test]
fn only_a_dot_between_proper_line_ends_ends_a_mail() {
    let (_folder, sink) = sink(0);
    let smuggled = format!("{ENVELOPE}one\n.\r\n{ENVELOPE}two\r\n.\nRSET\r\n.\r\nQUIT\r\n");
    throw(&sink, smuggled.as_bytes());
    assert_eq!(sink.count(), 1);
    assert!(mail(&sink, 0).contains("two"));
}

#[test]
fn too_much_is_refused_and_the_conversation_goes_on() {
    let (_folder, sink) = sink(0);
    let line = format!("{}\r\n", "x".repeat(998));
    let big = format!("{ENVELOPE}{}.\r\n", line.repeat(2_200));
    let wide = format!("{ENVELOPE}{}\r\n.\r\n", "x".repeat(100_000));
    let small = format!("{ENVELOPE}Subject: small\r\n\r\nx\r\n.\r\nQUIT\r\n");
    let heard = throw(&sink, format!("{big}RSET\r\n{wide}RSET\r\n{small}").as_bytes());
    assert_eq!(heard.matches("552").count(), 2, "{heard}");
    assert!(heard.contains("250 2.0.0 kept"), "{heard}");
    assert_eq!(sink.count(), 1);
}

#[test]
fn too_many_recipients_wait_for_the_next_mail() {
    let (_folder, sink) = sink(0);
    let mut lines = vec!["MAIL FROM:<a@b>"];
    lines.extend(["RCPT TO:<c@d>"; 101]);
    let codes = talk(&sink, &lines);
    assert_eq!(codes[101], "250");
    assert_eq!(codes[102], "452");
}

#[test]
fn dropping_it_ends_it_even_beside_a_silent_client() {
    let (folder, sink) = sink(0);
    let port = sink.port;
    let mut silent = TcpStream::connect(("127.0.0.1", port)).unwrap();
    silent.read_exact(&mut [0; 4]).unwrap();
    let began = Instant::now();
    drop(sink);
    assert!(began.elapsed() < Duration::from_secs(5));
    wait_until("nobody listens any more", || TcpStream::connect(("127.0.0.1", port)).is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn numbers_go_on_after_a_restart() {
    let (folder, first) = sink(0);
    let one = format!("{ENVELOPE}Subject: x\r\n\r\nx\r\n.\r\nQUIT\r\n");
    throw(&first, one.as_bytes());
    drop(first);
    let second = MailSink::start(folder.path()).unwrap();
    throw(&second, one.as_bytes());
    let names: Vec<_> =
        second.mails().unwrap().iter().map(|it| it.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["0001.eml", "0002.eml"]);
    assert_eq!(second.count(), 1, "counts what this one took");
}
