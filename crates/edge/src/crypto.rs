//! TLS: which cryptography is used, and whom we trust.
//!
//! Whom we trust is the machine's decision: the platform's verifier reads its certificates, so a private authority that
//! the operator installed is trusted, and nothing in a plan can switch verification off.

use rustls::crypto::ring;

/// Makes *ring* the process's cryptography. Calling it again changes nothing.
pub fn install_crypto() {
    // An error means that one was installed before, which is as good.
    let _ = ring::default_provider().install_default();
}
