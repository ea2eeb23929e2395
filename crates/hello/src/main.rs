//! A function that only says hello, built as everybody's first one is: with the
//! crates' default features, logging, and a thread for each processor. What a cold
//! start of the gateways is compared with (`cargo bench -p devkit --bench cold`).

use lambda_http::{Body, Error, Request, Response, run, service_fn, tracing};

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing::init_default_subscriber();
    run(service_fn(hello)).await
}

async fn hello(_: Request) -> Result<Response<Body>, Error> {
    Ok(Response::new(Body::from("hello")))
}
