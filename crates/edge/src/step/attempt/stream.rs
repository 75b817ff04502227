//! Standard output and error: files that the step writes itself, bounded without its noticing.
//!
//! A pipe would be simpler to bound, and wrong: a step would wait for a slow reader, be killed by SIGPIPE when the reader
//! dies, and a service that it leaves behind would be killed whenever it prints. So the step writes to a file, and the
//! middle of the file is given back to the disk as it grows: the first [`HEAD`] and last [`TAIL`] bytes stay where they
//! are. The file's length therefore counts every byte, and tells nothing about the room that it takes (`du` does).
//!
//! **Invariant:** nothing here ever delays, kills, or fails a step.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Attempt;

/// The beginning that is kept: what was called, the first complaint.
pub(in crate::step) const HEAD: u64 = 1 << 20;
/// The end that is kept.
pub(in crate::step) const TAIL: u64 = 8 << 20;
/// How far the middle grows before it is given back, so that a busy step costs few calls.
const SLACK: u64 = 4 << 20;

/// What is kept of a stream: the bytes `0..head` and `tail..len` of its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::step) struct Kept {
    /// Written in all.
    pub(in crate::step) bytes: u64,
    pub(in crate::step) len: u64,
    pub(in crate::step) head: u64,
    pub(in crate::step) tail: u64,
}

impl Kept {
    /// What is kept of a file of `len` bytes from which `cut` bytes behind the head were taken out.
    pub(in crate::step) fn of(len: u64, cut: u64) -> Kept {
        let bytes = len + cut;
        if cut == 0 && len <= HEAD + TAIL {
            return Kept { bytes, len, head: len, tail: len };
        }
        Kept { bytes, len, head: HEAD.min(len), tail: len.saturating_sub(TAIL).max(HEAD.min(len)) }
    }

    /// How many bytes are gone.
    pub(in crate::step) fn dropped(self) -> u64 {
        self.bytes.saturating_sub(self.head + self.len.saturating_sub(self.tail))
    }

    /// Where the last unbroken stretch begins.
    pub(in crate::step) fn last(self) -> u64 {
        if self.tail == self.len { 0 } else { self.tail }
    }
}

/// Both streams of a step.
pub(in crate::step) struct Streams {
    pub(in crate::step) stdout: Stream,
    pub(in crate::step) stderr: Stream,
}

/// One of them.
pub(in crate::step) struct Stream {
    file: File,
    /// Up to where the middle was given back.
    punched: u64,
    /// Bytes taken out of the file: by us, where it cannot have holes, or by the step.
    cut: u64,
    /// The length at the last look.
    len: u64,
}

impl Streams {
    pub(super) fn open(attempt: &Attempt) -> io::Result<Streams> {
        let open = |name| Ok::<_, io::Error>(Stream::new(open(&attempt.path(name))?));
        Ok(Streams { stdout: open("stdout")?, stderr: open("stderr")? })
    }

    /// Gives back what is beyond the limit.
    pub(in crate::step) fn bound(&mut self) {
        for stream in [&mut self.stdout, &mut self.stderr] {
            // A stream that cannot be bounded is still the step's output.
            let _ = stream.bound(SLACK);
        }
    }

    /// What is kept in the end, and the hash of it. What a service left behind prints later is not counted.
    pub(super) fn settle(&mut self) -> (Kept, Kept, Option<String>) {
        let mut hash = Sha256::new();
        let stdout = self.stdout.settle(&mut hash);
        let stderr = self.stderr.settle(&mut hash);
        let whole = stdout.is_ok() && stderr.is_ok();
        let hash = hash.finalize().iter().map(|it| format!("{it:02x}")).collect();
        (stdout.unwrap_or_default(), stderr.unwrap_or_default(), whole.then_some(hash))
    }
}

impl Stream {
    fn new(file: File) -> Stream {
        Stream { file, punched: HEAD, cut: 0, len: 0 }
    }

    /// The file, for the step itself.
    pub(in crate::step) fn share(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// What is kept now.
    ///
    /// A file that is shorter than before was truncated by the step: `> /dev/stdout` and `tee /dev/stderr` do that to a
    /// file, where they would not to a pipe. What was in it is gone, is counted, and is not mended here.
    fn kept(&mut self) -> io::Result<Kept> {
        let len = self.file.metadata()?.len();
        if len < self.len {
            self.cut += self.len - len;
            self.punched = HEAD;
        }
        self.len = len;
        Ok(Kept::of(len, self.cut))
    }

    fn settle(&mut self, hash: &mut Sha256) -> io::Result<Kept> {
        // A stream that cannot be bounded is still the step's output.
        let _ = self.bound(0);
        let kept = self.kept()?;
        self.digest(kept, hash)?;
        Ok(kept)
    }

    fn bound(&mut self, slack: u64) -> io::Result<()> {
        let kept = self.kept()?;
        let end = kept.tail;
        if end <= self.punched.saturating_add(slack) || end == kept.len {
            return Ok(());
        }
        let mode = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        match fallocate(&self.file, mode, self.punched, end - self.punched) {
            Ok(()) => self.punched = end,
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => self.shorten()?,
            Err(err) => return Err(err.into()),
        }
        Ok(())
    }

    /// Takes out everything behind the head, where the file system knows no holes.
    ///
    /// The step appends, so it goes on at the new end. Bytes that it writes at this very moment may go uncounted.
    fn shorten(&mut self) -> io::Result<()> {
        if self.kept()?.len > HEAD + TAIL + SLACK {
            self.file.set_len(HEAD)?;
            self.kept()?;
        }
        Ok(())
    }

    fn digest(&mut self, kept: Kept, hash: &mut Sha256) -> io::Result<()> {
        for (from, to) in [(0, kept.head), (kept.tail, kept.len)] {
            self.file.seek(SeekFrom::Start(from))?;
            let mut rest = (&self.file).take(to.saturating_sub(from));
            let mut buffer = [0; 16 << 10];
            loop {
                let count = rest.read(&mut buffer)?;
                let Some(bytes) = buffer.get(..count).filter(|it| !it.is_empty()) else { break };
                hash.update(bytes);
            }
        }
        Ok(())
    }
}

/// Opens a file to which the step and others append. Only we may read it.
pub(in crate::step) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn head_and_tail_are_kept_and_the_rest_is_counted() {
        let mib = 1 << 20;
        let cases = [
            ("nothing", 0, 0, (0, 0), 0),
            ("little", 10, 0, (10, 10), 0),
            ("just enough", HEAD + TAIL, 0, (HEAD + TAIL, HEAD + TAIL), 0),
            ("one too many", HEAD + TAIL + 1, 0, (HEAD, HEAD + 1), 1),
            ("much", 100 * mib, 0, (HEAD, 92 * mib), 91 * mib),
            ("shortened just now", HEAD, 50 * mib, (HEAD, HEAD), 50 * mib),
            ("truncated by the step", 10, 50 * mib, (10, 10), 50 * mib),
            ("shortened, little since", 2 * mib, 50 * mib, (HEAD, HEAD), 50 * mib),
            ("shortened, much since", 12 * mib, 50 * mib, (HEAD, 4 * mib), 53 * mib),
        ];
        for (what, len, cut, (head, tail), dropped) in cases {
            let kept = Kept::of(len, cut);
            assert_eq!((kept.head, kept.tail, kept.dropped()), (head, tail, dropped), "{what}");
            assert_eq!(kept.bytes, len + cut, "{what}");
        }
    }

    #[test]
    fn a_file_that_cannot_have_holes_is_shortened_and_still_counts() {
        let file = tempfile::tempfile().unwrap();
        let mut stream = Stream::new(file);
        let chunk = vec![b'a'; 1 << 20];
        for _ in 0..14 {
            stream.file.write_all(&chunk).unwrap();
        }
        stream.shorten().unwrap();
        assert_eq!(stream.file.metadata().unwrap().len(), HEAD);
        assert_eq!(stream.kept().unwrap().bytes, 14 << 20);
    }
}
