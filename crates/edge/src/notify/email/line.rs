//! A connection that listens to only so much at a time.
//!
//! **Invariant:** a server that never ends its answer fills no memory and burns no time: after [`BYTES_MAX`] or
//! [`LINES_MAX`] without a word from us, reading fails.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The longest that a server may speak at once. Certificates are the longest thing it has to say, a few kilobytes.
const BYTES_MAX: usize = 32 << 10;
/// The client reads an answer again from its beginning at each line of it, so that many short lines cost more than one
/// long one. What is encrypted has a line end in every 256 bytes, half of this in the longest answer.
const LINES_MAX: usize = 256;

/// A stream with what may still be heard from it before we speak.
#[derive(Debug)]
pub(super) struct Line<S> {
    stream: S,
    peer: SocketAddr,
    bytes_left: usize,
    lines_left: usize,
}

impl<S> Line<S> {
    pub(super) fn new(stream: S, peer: SocketAddr) -> Line<S> {
        Line { stream, peer, bytes_left: BYTES_MAX, lines_left: LINES_MAX }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.bytes_left == 0 || self.lines_left == 0 {
            return Poll::Ready(Err(io::Error::other("the server talks without end")));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let heard = buffer.filled().iter().skip(before);
        self.bytes_left = self.bytes_left.saturating_sub(heard.len());
        let lines = heard.filter(|it| **it == b'\n').count();
        self.lines_left = self.lines_left.saturating_sub(lines);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.bytes_left = BYTES_MAX;
        self.lines_left = LINES_MAX;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S> AsyncTokioStream for Line<S>
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug,
{
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}
