//! The accept loop: bounded connections, bounded time for headers and for the whole request.
//! Its own, because the one that comes with the router never starts the timer of the header time-out.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Most connections at a time; more wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 1_024;

/// Longest time for the headers of a request, and so for an idle connection.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);

/// How long open requests may take once the process is told to stop.
const DRAIN_WITHIN: Duration = Duration::from_secs(10);

/// How long to rest when the machine has no descriptor left for another connection.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// Serves until told to stop; then lets open requests end.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    loop {
        let Ok(slot) = slots.clone().acquire_owned().await else { break };
        let stream = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    rest_after(&error).await;
                    continue;
                }
            },
        };
        let connection = connection(stream, router.clone());
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(slot);
        });
    }
    if tokio::time::timeout(DRAIN_WITHIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and were cut off");
    }
}

fn connection(stream: TcpStream, router: Router) -> http1::Connection<TokioIo<TcpStream>, TowerToHyperService<Router>> {
    // A small answer must not wait for the acknowledgement of the one before.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps its delay");
    }
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN).keep_alive(true);
    builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
}

async fn rest_after(error: &io::Error) {
    let of_one_peer = matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    );
    if !of_one_peer {
        tracing::error!(%error, "no connection can be accepted; resting a moment");
        tokio::time::sleep(ACCEPT_REST).await;
    }
}
