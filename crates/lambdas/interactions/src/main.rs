//! Gateway of clicks: wires the entry point `app::interactions` to AWS and Slack.

mod wiring;

use app::ports::Clock as _;
use aws::config::Environment as _;
use aws::glue::{OsEntropy, SystemClock, http};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    aws::glue::init_tracing();
    let config = aws::config::Interactions::from_env()?;
    let interactions = &wiring::wire(config).await?;
    http::run(async move |request| {
        let writer = app::new_owner(&OsEntropy)?;
        anyhow::Ok(interactions.handle(&request, SystemClock.now(), writer).await)
    })
    .await
}
