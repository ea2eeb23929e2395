//! The least that answers behind API Gateway: one thread, no logging, and no feature
//! that the gateways do not have either. It is a floor for `cargo bench -p devkit --bench cold`.

use lambda_http::{Body, Error, Request, Response, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(least)).await
}

async fn least(_: Request) -> Result<Response<Body>, Error> {
    Ok(Response::new(Body::from("hello")))
}
