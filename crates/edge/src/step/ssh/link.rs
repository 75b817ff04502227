//! One connection to a host, with the helper at its other end.

use std::io;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use matoi_core::limits::cut;
use matoi_core::plan::Host;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// What the host's sh is given.
const HELPER: &str = include_str!("watcher.sh");
/// How long a host may take from the call to the helper's first word.
const GREETING_MAX: Duration = Duration::from_secs(30);
/// The helper speaks several times a second; this long without a word, the connection is taken for cut.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// How long a host may take to forget an attempt.
const FORGETTING_MAX: Duration = Duration::from_secs(2);
/// How long the last words of an ssh that ended may take to be read.
const LAST_WORDS_MAX: Duration = Duration::from_secs(2);
/// What a login may print before the helper speaks.
const CHATTER_BYTES_MAX: u64 = 64 << 10;
/// More than any frame of the helper.
const FRAME_BYTES_MAX: u64 = 2 << 20;
const COMPLAINT_BYTES_MAX: usize = 2 << 10;
const COMPLAINT_LINES: usize = 3;
const COMPLAINT_CHARS_MAX: usize = 400;

/// `ssh` and where to. The plan's options come first, since ssh takes the first of two.
pub(super) fn program(host: &Host) -> Vec<String> {
    let ours = [
        "-T",
        "-oBatchMode=yes",
        "-oConnectTimeout=10",
        "-oServerAliveInterval=10",
        "-oServerAliveCountMax=3",
        "-oClearAllForwardings=yes",
        "-oEscapeChar=none",
        "--",
    ];
    let options = host.options.iter().map(String::as_str);
    let words = ["ssh"].into_iter().chain(options).chain(ours).chain([host.ssh.as_str()]);
    words.map(str::to_owned).collect()
}

/// A helper that listens.
pub(super) struct Link {
    /// Ends with us.
    _ssh: Child,
    /// Takes what ssh says, so that it never waits to say it.
    _listening: JoinSet<()>,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    /// Whether the host already knew the attempt.
    pub(super) is_known: bool,
    /// Which machine it is.
    pub(super) machine: String,
}

/// What the helper said.
#[derive(Debug)]
pub(super) enum Frame {
    Bytes { stream: char, bytes: Vec<u8> },
    Words(Vec<String>),
}

impl Link {
    /// Calls the host. `key` is the attempt's, or `none`.
    pub(super) async fn open(ssh: &[String], key: &str) -> Result<Link, String> {
        let complaint = Arc::new(Mutex::new(String::new()));
        match timeout(GREETING_MAX, Link::greet(ssh, key, &complaint)).await {
            Ok(Ok(link)) => Ok(link),
            Ok(Err(err)) => Err(because(&err.to_string(), &complaint)),
            Err(_) => Err(because("it did not answer in time", &complaint)),
        }
    }

    async fn greet(ssh: &[String], key: &str, complaint: &Arc<Mutex<String>>) -> io::Result<Link> {
        let helper = format!("key={key}\n{HELPER}");
        let (program, arguments) =
            ssh.split_first().ok_or_else(|| io::Error::other("no program is named"))?;
        // Read byte by byte, so that what follows is still there to be read; constant text in single quotes, for the login shell.
        let far = format!("exec sh -c 'eval \"$(dd bs=1 count={} 2>/dev/null)\"'", helper.len());
        let mut child = Command::new(program)
            .args(arguments)
            .arg(far)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|err| io::Error::other(format!("{program} cannot be started: {err}")))?;
        let gone = || io::Error::other("ssh has no streams");
        let errors = child.stderr.take().ok_or_else(gone)?;
        let mut listening = JoinSet::new();
        listening.spawn(listen(errors, Arc::clone(complaint)));
        let mut to = child.stdin.take().ok_or_else(gone)?;
        let mut from = BufReader::new(child.stdout.take().ok_or_else(gone)?);
        // A host that hangs up says why on standard error.
        let sent = to.write_all(helper.as_bytes()).await;
        let greeting = format!("matoi-{key} ");
        let mut heard = (&mut from).take(CHATTER_BYTES_MAX);
        let line = loop {
            let mut line = Vec::new();
            if heard.read_until(b'\n', &mut line).await? == 0 {
                // What it had to say may be on its way still.
                let _ = timeout(LAST_WORDS_MAX, listening.join_next()).await;
                sent?;
                return Err(io::Error::other("the connection ended before it began"));
            }
            let line = String::from_utf8_lossy(&line).into_owned();
            if let Some((_, rest)) = line.split_once(&greeting) {
                break rest.to_owned();
            }
        };
        let mut words = line.split_whitespace();
        let is_known = words.next() == Some("known");
        let machine = words.next().unwrap_or_default().to_owned();
        Ok(Link { _ssh: child, _listening: listening, to, from, is_known, machine })
    }

    /// Gives an order.
    pub(super) async fn say(&mut self, line: &str) -> io::Result<()> {
        self.to.write_all(line.as_bytes()).await?;
        self.to.write_all(b"\n").await?;
        self.to.flush().await
    }

    /// Gives an order with values.
    pub(super) async fn send(&mut self, verb: &str, values: &str) -> io::Result<()> {
        self.say(&format!("{verb} {}", values.len())).await?;
        self.to.write_all(values.as_bytes()).await?;
        self.to.flush().await
    }

    /// Has the host forget the attempt, and hangs up.
    pub(super) async fn forget(mut self) {
        if self.say("forget").await.is_ok() {
            // The helper ends when it has forgotten.
            while let Ok(Ok(_)) = timeout(FORGETTING_MAX, self.next()).await {}
        }
    }

    /// The next frame; an error when the connection is cut.
    pub(super) async fn frame(&mut self) -> io::Result<Frame> {
        let reading = timeout(SILENCE_MAX, self.next());
        reading.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    async fn next(&mut self) -> io::Result<Frame> {
        let mut line = Vec::new();
        (&mut self.from).take(FRAME_BYTES_MAX).read_until(b'\n', &mut line).await?;
        if line.pop() != Some(b'\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let [stream @ ("o" | "e" | "u"), count] =
            words.iter().map(String::as_str).collect::<Vec<_>>()[..]
        else {
            return Ok(Frame::Words(words));
        };
        let letter = stream.chars().next().unwrap_or_default();
        let count: u64 = count.parse().map_err(io::Error::other)?;
        if count > FRAME_BYTES_MAX {
            return Err(io::Error::other("the host sent too much at once"));
        }
        let mut bytes = Vec::new();
        (&mut self.from).take(count).read_to_end(&mut bytes).await?;
        if bytes.len() as u64 != count {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Frame::Bytes { stream: letter, bytes })
    }
}

async fn listen(mut errors: impl AsyncRead + Unpin, complaint: Arc<Mutex<String>>) {
    let mut buffer = [0; 512];
    while let Ok(count @ 1..) = errors.read(&mut buffer).await {
        let text = String::from_utf8_lossy(buffer.get(..count).unwrap_or_default()).into_owned();
        let mut kept = complaint.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < COMPLAINT_BYTES_MAX {
            kept.push_str(&text);
        }
    }
}

/// What ssh said, where it said anything.
fn because(what: &str, complaint: &Arc<Mutex<String>>) -> String {
    let said = complaint.lock().unwrap_or_else(PoisonError::into_inner);
    // The last lines say what came of it all.
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let said =
        lines.get(lines.len().saturating_sub(COMPLAINT_LINES)..).unwrap_or_default().join("; ");
    if said.is_empty() { what.to_owned() } else { cut(&said, COMPLAINT_CHARS_MAX) }
}
