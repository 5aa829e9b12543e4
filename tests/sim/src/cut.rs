//! Connections that break: in the middle of an answer, or before its first byte.

use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;

/// A body that breaks off: what there is, then an error that closes the connection.
pub(crate) struct CutOff(Option<Bytes>);

impl CutOff {
    pub(crate) fn after(bytes: impl Into<Bytes>) -> Self {
        Self(Some(bytes.into()))
    }
}

impl hyper::body::Body for CutOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        let frame = match self.0.take() {
            Some(bytes) => Ok(hyper::body::Frame::data(bytes)),
            None => Err(std::io::ErrorKind::ConnectionAborted.into()),
        };
        std::task::Poll::Ready(Some(frame))
    }
}

/// Marks an answer that is never sent: the listener closes the connection instead.
#[derive(Clone, Copy)]
pub(crate) struct HangUp;

impl HangUp {
    pub(crate) fn answer() -> Response {
        let mut answer = ().into_response();
        answer.extensions_mut().insert(Self);
        answer
    }

    pub(crate) fn marks(answer: &Response) -> bool {
        answer.extensions().get::<Self>().is_some()
    }
}
