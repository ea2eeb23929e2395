//! The `standup` function: does the jobs of its worker, `app::standup`, and what the
//! schedules of standups are for.

mod wiring;

use app::standup::Input;
use aws::config::Environment as _;
use aws::glue::worker;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    aws::glue::init_tracing();
    let config = aws::config::Standup::from_env()?;
    let standup = &wiring::wire(config).await?;
    worker::run(async move |payload, deadline| match Input::read(payload)? {
        Input::Job(wake) => standup.handle(&wake, deadline).await,
        Input::Firing(firing) => standup.handle_firing(&firing, deadline).await,
    })
    .await
}
