//! The `ec2` function: does the jobs of its worker, `app::ec2`, and between them
//! keeps what is known of instances current, by `app::inventory`.

mod wiring;

use app::inventory::Input;
use aws::config::Environment as _;
use aws::glue::worker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    aws::glue::init_tracing();
    let config = aws::config::Ec2::from_env()?;
    let (worker, stocktaker) = wiring::wire(config).await?;
    let (worker, stocktaker) = (&worker, &stocktaker);
    worker::run(async move |payload, deadline| match Input::read(payload)? {
        Input::Job(wake) => worker.handle(&wake, deadline).await,
        Input::StateChange(change) => stocktaker.handle_event(&change).await,
        Input::Refresh => stocktaker.handle_refresh(deadline).await,
    })
    .await
}
