//! Connections that are made before anybody needs them.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use http::Uri;
use http::uri::{Authority, Scheme};
use tower_service::Service;

/// Gives out a connection that was made ahead, where there is one, and has `inner`
/// make one otherwise.
#[derive(Debug)]
pub(crate) struct Ahead<C, T> {
    inner: C,
    made: Arc<Mutex<Vec<Made<T>>>>,
    keep: Duration,
}

impl<C: Clone, T> Clone for Ahead<C, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), made: Arc::clone(&self.made), keep: self.keep }
    }
}

/// One connection that waits to be used.
#[derive(Debug)]
struct Made<T> {
    to: (Option<Scheme>, Option<Authority>),
    at: Instant,
    connection: T,
}

impl<C, T> Ahead<C, T>
where
    C: Service<Uri, Response = T>,
{
    /// A connection that has waited for longer than `keep` is not used: the other
    /// side may have closed it, and nobody has listened.
    pub(crate) fn new(inner: C, keep: Duration) -> Self {
        Self { inner, made: Arc::default(), keep }
    }

    /// Makes a connection to the host of `uri`, for the first request that goes there.
    pub(crate) async fn make(&mut self, uri: Uri) -> Result<(), C::Error> {
        std::future::poll_fn(|context| self.inner.poll_ready(context)).await?;
        let connection = self.inner.call(uri.clone()).await?;
        let made = Made { to: host(&uri), at: Instant::now(), connection };
        self.made.lock().unwrap_or_else(PoisonError::into_inner).push(made);
        Ok(())
    }

    fn take(&self, uri: &Uri) -> Option<T> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.retain(|one| one.at.elapsed() < self.keep);
        let place = made.iter().position(|one| one.to == host(uri))?;
        Some(made.swap_remove(place).connection)
    }
}

fn host(uri: &Uri) -> (Option<Scheme>, Option<Authority>) {
    (uri.scheme().cloned(), uri.authority().cloned())
}

impl<C, T> Service<Uri> for Ahead<C, T>
where
    C: Service<Uri, Response = T, Future: Send + 'static>,
    T: Send + 'static,
    C::Error: Send + 'static,
{
    type Response = T;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<T, C::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), C::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        match self.take(&uri) {
            Some(connection) => Box::pin(std::future::ready(Ok(connection))),
            None => Box::pin(self.inner.call(uri)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::{Ready, ready};

    use super::*;

    /// Makes connections that are called like their host and their number.
    #[derive(Clone, Default)]
    struct Numbered(Arc<Mutex<usize>>);

    impl Service<Uri> for Numbered {
        type Response = String;
        type Error = Infallible;
        type Future = Ready<Result<String, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, uri: Uri) -> Self::Future {
            let mut number = self.0.lock().unwrap();
            *number += 1;
            ready(Ok(format!("{} {number}", uri.host().unwrap())))
        }
    }

    async fn connected(ahead: &mut Ahead<Numbered, String>, uri: &'static str) -> String {
        let Ok(connection) = ahead.call(Uri::from_static(uri)).await;
        connection
    }

    #[tokio::test]
    async fn a_connection_that_was_made_ahead_is_used_once_and_for_its_host_alone() {
        let mut ahead = Ahead::new(Numbered::default(), Duration::from_mins(1));
        let Ok(()) = ahead.clone().make(Uri::from_static("https://a.test")).await;
        for other in ["https://b.test/", "http://a.test/", "https://a.test:8443/"] {
            assert!(!connected(&mut ahead, other).await.ends_with(" 1"), "{other}");
        }
        assert_eq!(connected(&mut ahead, "https://a.test/path").await, "a.test 1");
        assert_eq!(connected(&mut ahead, "https://a.test/path").await, "a.test 5");
    }

    #[tokio::test]
    async fn a_connection_that_has_waited_too_long_is_not_used() {
        let mut ahead = Ahead::new(Numbered::default(), Duration::ZERO);
        let Ok(()) = ahead.make(Uri::from_static("https://a.test")).await;
        assert_eq!(connected(&mut ahead, "https://a.test").await, "a.test 2");
    }
}
