//! Whose fault it is when an exchange with the far side fails.
//!
//! | seen | fault |
//! | --- | --- |
//! | refused, reset, cut off, timed out, no such host on its network, bad TLS | theirs |
//! | the name does not resolve | ours: a resolver that is down says the same as a name that is gone |
//! | no route from here, network down, not permitted, no more sockets or memory | ours |
//!
//! Theirs makes an `Unwell`, ours an `Unknown`: people are not woken to mend a service because our own cable is out.

use std::error::Error;
use std::io;

use matoi_core::signal::{Answer, Measured};
use rustix::io::Errno;

use crate::excerpt::excerpt;

/// A failed exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Our side could not do its part.
    Ours(String),
    /// The far side refused, broke off, or was not there.
    Theirs(String),
}

impl Fault {
    /// Judges what the system says of a socket or a file.
    pub(crate) fn of_io(err: &io::Error) -> Fault {
        let reason = excerpt(&root_of(err));
        if is_ours(err) { Fault::Ours(reason) } else { Fault::Theirs(reason) }
    }

    /// In words.
    pub(crate) fn reason(&self) -> &str {
        match self {
            Fault::Ours(reason) | Fault::Theirs(reason) => reason,
        }
    }

    /// What a probe answers that met this fault when it asked `target`.
    pub(crate) fn into_answer(self, target: &str) -> Answer {
        match self {
            Fault::Ours(reason) => Answer::Unknown { reason: format!("{target}: {reason}") },
            Fault::Theirs(reason) => {
                Answer::Unwell { reason: format!("{target}: {reason}"), measured: Measured::new() }
            }
        }
    }
}

/// The innermost reason, which is the one that people know: `connection refused`.
pub(crate) fn root_of(err: &(dyn Error + 'static)) -> String {
    let mut root = err;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}

fn is_ours(err: &io::Error) -> bool {
    let of_kind = matches!(
        err.kind(),
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::AddrNotAvailable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::OutOfMemory
    );
    let of_errno = matches!(
        Errno::from_io_error(err),
        Some(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM | Errno::AFNOSUPPORT)
    );
    of_kind || of_errno
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_trouble_is_told_from_theirs() {
        for (errno, is_ours) in [
            (Errno::CONNREFUSED, false),
            (Errno::CONNRESET, false),
            (Errno::TIMEDOUT, false),
            (Errno::HOSTUNREACH, false),
            (Errno::PIPE, false),
            (Errno::NETUNREACH, true),
            (Errno::ACCESS, true),
            (Errno::PERM, true),
            (Errno::MFILE, true),
            (Errno::ADDRNOTAVAIL, true),
        ] {
            let fault = Fault::of_io(&io::Error::from(errno));
            assert_eq!(matches!(fault, Fault::Ours(_)), is_ours, "{errno:?}: {fault:?}");
        }
    }
}
