//! SSM fails while a function reads its secrets.

use devkit::cloud::{AwsFault, Fault};

use crate::Since::{Agreed, Asked};
use crate::support::app;
use crate::{assert_stopped, broken, status, stop};

#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_cannot_be_read_at_first_are_read_later() {
    let app = app().await;
    let throttled = || Fault::next("ssm", "GetParameters", status(400, "ThrottlingException"));
    let broken = || Fault::next("ssm", "GetParameters", broken());
    let closed = || Fault::next("ssm", "*", AwsFault::DropBefore);
    for (from, what, fault) in [
        (Asked, "the worker is throttled", throttled().from("Ec2").times(2)),
        (Asked, "the worker is throttled for long", throttled().from("Ec2").times(5)),
        (Asked, "the worker meets errors", broken().from("Ec2").times(2)),
        (
            Asked,
            "the gateway is throttled, so that it does not even start",
            throttled().from("Events").times(3),
        ),
        (Asked, "the gateway meets errors", broken().from("Events").times(5)),
        (Asked, "the connection is closed", closed().times(3)),
        (Agreed, "the worker is throttled for long", throttled().from("Ec2").times(5)),
        (Agreed, "the worker meets errors", broken().from("Ec2").times(2)),
        (Agreed, "the gateway is throttled", throttled().from("Interactions").times(3)),
        (Agreed, "the gateway meets errors", broken().from("Interactions").times(5)),
        (Agreed, "the connection is closed", closed().times(3)),
    ] {
        app.cloud().chill();
        let stop = stop(&app, from, || {
            app.cloud().chill();
            app.cloud().faults().add(fault);
        })
        .await;
        assert_eq!(app.cloud().faults().pending(), 0, "{from:?}: {what}: it did not happen");
        assert_stopped(&app, &format!("{from:?}: {what}"), &stop);
    }
    app.finish_after_faults().await;
}
