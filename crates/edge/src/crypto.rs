//! TLS: which cryptography is used, and whom we trust.
//!
//! Whom we trust is the machine's decision: the platform's verifier reads its certificates, so a private authority that
//! the operator installed is trusted, and nothing in a plan can switch verification off.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::ConfigVerifierExt;

/// Makes *ring* the process's cryptography. Calling it again changes nothing.
pub fn install_crypto() {
    // An error means that one was installed before, which is as good.
    let _ = ring::default_provider().install_default();
}

/// A client's side of TLS. It reads the machine's certificates anew, which takes milliseconds.
pub(crate) fn client_config() -> Result<Arc<ClientConfig>, rustls::Error> {
    install_crypto();
    ClientConfig::with_platform_verifier().map(Arc::new)
}
