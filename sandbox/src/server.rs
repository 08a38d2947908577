//! The accept loop: one port for REST, gateway and page; a response can also be a cut connection.

use std::convert::Infallible;
use std::io;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::gateway::{Lines, upgrade};
use crate::page;
use crate::rest::{self, Cut};
use crate::store::Hub;

/// All paths.
fn app(hub: Hub, lines: Lines) -> Router {
    let rest = {
        let hub = hub.clone();
        move |request: Request| rest::serve(hub.clone(), request)
    };
    let gateway = {
        let hub = hub.clone();
        move |request: Request| {
            let response = upgrade(hub.clone(), lines.clone(), request);
            async move { response }
        }
    };
    page::router()
        .with_state(hub)
        .route("/gateway", axum::routing::get(gateway.clone()))
        .route("/gateway/", axum::routing::get(gateway))
        .route("/api/{*path}", axum::routing::any(rest))
}

/// Accepts until it is told to stop; connections end with it.
pub(crate) async fn serve(listener: TcpListener, hub: Hub, lines: Lines) {
    let app = app(hub, lines.clone());
    loop {
        let accepted = tokio::select! {
            () = lines.shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let (app, shutdown) = (app.clone(), lines.shutdown.clone());
                lines.tracker.spawn(async move {
                    tokio::select! {
                        () = shutdown.cancelled() => {}
                        () = connection(stream, app) => {}
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "A connection could not be accepted.");
                // Out of file handles, most likely: give the others time to end.
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, app: Router) {
    // Small answers should leave at once; without it a loopback test waits for acknowledgements.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request: hyper::Request<Incoming>| answer(app.clone(), request));
    let served =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).with_upgrades().await;
    if let Err(error) = served {
        tracing::debug!(%error, "A connection ended early.");
    }
}

/// Answers, or ends the connection when that was ordered: an error is what makes hyper hang up.
async fn answer(app: Router, request: hyper::Request<Incoming>) -> io::Result<Response<Body>> {
    let response = app.oneshot(request.map(Body::new)).await.unwrap_or_else(|never: Infallible| match never {});
    if response.extensions().get::<Cut>().is_some() {
        return Err(io::Error::other("cut on demand"));
    }
    Ok(response)
}
