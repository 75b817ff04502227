//! Lines from a client that may send any bytes, at any pace, or none.

use std::io::{self, BufRead, BufReader};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a client may be silent.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// How often a waiting session looks whether the sink is being stopped.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// With its line end.
    Whole(Vec<u8>),
    /// Longer than allowed; all of it was thrown away.
    TooLong,
    /// The client is gone, silent for too long, or the sink is being stopped.
    End,
}

/// A client's lines.
pub(super) struct Lines<'a> {
    reader: BufReader<&'a TcpStream>,
    stopping: &'a AtomicBool,
}

impl<'a> Lines<'a> {
    pub(super) fn of(stream: &'a TcpStream, stopping: &'a AtomicBool) -> io::Result<Lines<'a>> {
        stream.set_read_timeout(Some(LOOK_EVERY))?;
        // Replies are short, and the client waits for each.
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(SILENCE_MAX))?;
        Ok(Lines { reader: BufReader::new(stream), stopping })
    }

    /// The next line of at most `bytes_max` bytes.
    pub(super) fn next(&mut self, bytes_max: usize) -> io::Result<Line> {
        let mut line = Vec::new();
        let mut too_long = false;
        let end = Instant::now() + SILENCE_MAX;
        loop {
            if self.stopping.load(Ordering::Acquire) || Instant::now() > end {
                return Ok(Line::End);
            }
            let bytes = match self.reader.fill_buf() {
                Ok([]) => return Ok(Line::End),
                Ok(bytes) => bytes,
                Err(error) if is_pause(&error) => continue,
                Err(error) => return Err(error),
            };
            let ended = bytes.iter().position(|it| *it == b'\n');
            let count = ended.map_or(bytes.len(), |it| it + 1);
            if line.len() + count > bytes_max {
                too_long = true;
                line.clear();
            }
            if !too_long {
                line.extend_from_slice(bytes.get(..count).unwrap_or_default());
            }
            self.reader.consume(count);
            if ended.is_some() {
                return Ok(if too_long { Line::TooLong } else { Line::Whole(line) });
            }
        }
    }
}

fn is_pause(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}
