//! A real `sshd` for this user, behind a line that can be cut.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use matoi_core::plan::Host;
use tempfile::TempDir;

/// A host that is this machine.
pub(crate) struct Sshd {
    dir: TempDir,
    server: Child,
    line: Line,
    user: String,
}

/// What lies between.
#[derive(Clone)]
struct Line {
    port: u16,
    open: Arc<Mutex<Vec<TcpStream>>>,
    is_down: Arc<AtomicBool>,
    /// Bytes that the first connection carries to the host before it is cut.
    budget: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

impl Sshd {
    pub(crate) fn start() -> Sshd {
        // Where it locks itself in; without rights it needs none, and otherwise it is the package's to make.
        let _ = fs::create_dir_all("/run/sshd");
        let dir = TempDir::new().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("home")).unwrap();
        for name in ["host", "user"] {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(at(name))
                .status();
            assert!(made.unwrap().success());
        }
        fs::copy(at("user.pub"), at("authorized")).unwrap();
        let (server, port) =
            std::iter::repeat_with(|| listen(dir.path())).find_map(|it| it).unwrap();
        let line = Line::to(port);
        let key = fs::read_to_string(at("host.pub")).unwrap();
        let known = format!("[127.0.0.1]:{} {key}", line.port);
        fs::write(at("known"), known).unwrap();
        let user = Command::new("id").arg("-un").output().unwrap().stdout;
        let user = String::from_utf8(user).unwrap().trim().to_owned();
        Sshd { dir, server, line, user }
    }

    /// The host as a plan names it.
    pub(crate) fn host(&self) -> Host {
        let at = |name: &str| self.dir.path().join(name).display().to_string();
        let known = format!("-oUserKnownHostsFile={}", at("known"));
        let key = at("user");
        let options = [
            "-F",
            "/dev/null",
            "-i",
            &key,
            "-oIdentitiesOnly=yes",
            &known,
            "-oStrictHostKeyChecking=yes",
        ];
        Host {
            name: "db-1".to_owned(),
            ssh: format!("ssh://{}@127.0.0.1:{}", self.user, self.line.port),
            options: options.map(str::to_owned).to_vec(),
        }
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// Makes a program that the host finds before its own.
    pub(crate) fn program(&self, name: &str, script: &str) {
        let bin = self.home().join("bin");
        fs::create_dir_all(&bin).unwrap();
        fs::write(bin.join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The folders of attempts that the host keeps.
    pub(crate) fn kept(&self) -> Vec<PathBuf> {
        let Ok(found) = fs::read_dir(self.home().join(".matoi/attempts")) else {
            return Vec::new();
        };
        found.map(|it| it.unwrap().path()).collect()
    }

    /// What the host keeps of its one attempt under this name.
    pub(crate) fn file(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.kept().first()?.join(name)).ok()
    }

    /// Every open connection ends.
    pub(crate) fn cut(&self) {
        for it in self.line.open.lock().unwrap().drain(..) {
            let _ = it.shutdown(Shutdown::Both);
        }
    }

    /// Nobody gets through any more, or again.
    pub(crate) fn down(&self, is_down: bool) {
        self.line.is_down.store(is_down, Ordering::SeqCst);
        self.cut();
    }

    /// The next connection is cut after it carried this many bytes to the host.
    pub(crate) fn cut_after(&self, bytes: usize) {
        self.line.budget.store(bytes, Ordering::SeqCst);
    }

    pub(crate) fn calls(&self) -> usize {
        self.line.calls.load(Ordering::SeqCst)
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.down(true);
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A server on a port that was free a moment ago; nothing, when somebody else was faster.
fn listen(dir: &Path) -> Option<(Child, u16)> {
    let at = |name: &str| dir.join(name);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {host}\nAuthorizedKeysFile {keys}\nStrictModes no\n\
         UsePAM no\nPidFile none\nPasswordAuthentication no\nSetEnv HOME={home} PATH={home}/bin:/usr/local/bin:/usr/bin:/bin\nMaxStartups 100\n",
        host = at("host").display(),
        keys = at("authorized").display(),
        home = at("home").display(),
    );
    fs::write(at("config"), config).unwrap();
    let log = fs::File::create(at("log")).unwrap();
    let mut server = Command::new(program());
    server.arg("-D").arg("-e").arg("-f").arg(at("config"));
    let mut server = server.stdin(Stdio::null()).stderr(log).spawn().unwrap();
    let begun = Instant::now();
    loop {
        let log = fs::read_to_string(at("log")).unwrap();
        if log.contains("Server listening") {
            return Some((server, port));
        }
        if server.try_wait().unwrap().is_some() {
            assert!(log.contains("Address already in use"), "sshd ended: {log}");
            return None;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "sshd does not listen: {log}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn program() -> &'static Path {
    let found =
        ["/usr/sbin/sshd", "/usr/bin/sshd"].map(Path::new).into_iter().find(|it| it.exists());
    found.expect("sshd is installed")
}

impl Line {
    fn to(port: u16) -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Line {
            port: listener.local_addr().unwrap().port(),
            open: Arc::default(),
            is_down: Arc::default(),
            budget: Arc::new(AtomicUsize::new(usize::MAX)),
            calls: Arc::default(),
        };
        let it = line.clone();
        // Ends with the process of the tests.
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                it.calls.fetch_add(1, Ordering::SeqCst);
                if !it.is_down.load(Ordering::SeqCst)
                    && let Ok(far) = TcpStream::connect(("127.0.0.1", port))
                {
                    it.carry(near, far);
                }
            }
        });
        line
    }

    fn carry(&self, near: TcpStream, far: TcpStream) {
        let budget = self.budget.swap(usize::MAX, Ordering::SeqCst);
        let ends = [near.try_clone().unwrap(), far.try_clone().unwrap()];
        self.open.lock().unwrap().extend(ends);
        let (to, from) = ((near.try_clone().unwrap(), far.try_clone().unwrap()), (far, near));
        thread::spawn(move || copy(to.0, to.1, budget));
        thread::spawn(move || copy(from.0, from.1, usize::MAX));
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream, mut budget: usize) {
    let mut buffer = [0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let passed = count.min(budget);
        if to.write_all(&buffer[..passed]).is_err() {
            break;
        }
        budget -= passed;
        if budget == 0 {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

/// Makes a private key one that others may read, so that ssh refuses it.
pub(crate) fn expose(host: &Host) {
    let key = host.options.get(3).unwrap();
    fs::set_permissions(key, fs::Permissions::from_mode(0o644)).unwrap();
}
