//! Certificates for tests, and a process that trusts them.
//!
//! Whom the client trusts is the machine's decision, read from the environment when the process begins. A test that needs
//! trust therefore runs itself again in a process of its own whose environment names our authority.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Set in the process that trusts, to the folder of the certificates.
const TRUSTED: &str = "MATOI_TEST_TRUSTED";

/// The folder with `cert.pem` and `key.pem` for `127.0.0.1` and `localhost`, in a process that trusts them.
///
/// In the process that was started by the test program, runs `test` again in one that trusts, and answers `None`: all
/// was done there. That process also has a proxy in its environment, which nobody may use.
pub(crate) fn trusted(test: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tells the second process from the first")]
    if let Some(folder) = std::env::var_os(TRUSTED) {
        return Some(folder.into());
    }
    let folder = tempfile::tempdir().unwrap();
    make(folder.path());
    let nobody = format!("http://{}", super::FarSide::nobody());
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(TRUSTED, folder.path())
        .env("SSL_CERT_FILE", folder.path().join("ca.pem"))
        .env_remove("SSL_CERT_DIR")
        .envs(["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"].map(|it| (it, &nobody)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{said}\n{}", String::from_utf8_lossy(&done.stderr));
    assert!(said.contains("1 passed"), "no test is named {test}: {said}");
    None
}

/// Makes an authority and a certificate of it.
pub(crate) fn make(folder: &Path) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let key = KeyPair::generate().unwrap();
    let cert = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
    fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
    fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
}

/// The server's side of TLS with the certificate of `folder`.
pub(crate) fn server_config(folder: &Path) -> Arc<ServerConfig> {
    let cert = CertificateDer::from_pem_file(folder.join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert], key)
        .unwrap();
    Arc::new(config)
}
