//! Wakes a worker: an asynchronous invocation that carries a job's name.

use anyhow::Context as _;
use app::ports::Wake;
use app::wake::WakeUp;
use async_trait::async_trait;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use domain::ids::{JobId, TeamId};

/// What Lambda answers once it has queued an event.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
const QUEUED: i32 = 202;

/// Wakes one function.
#[derive(Clone, Debug)]
pub struct LambdaWake {
    client: Client,
    function: String,
}

impl LambdaWake {
    /// For the function with this name or ARN.
    pub fn new(client: Client, function: impl Into<String>) -> Self {
        Self { client, function: function.into() }
    }
}

#[async_trait]
impl Wake for LambdaWake {
    async fn wake(&self, team: &TeamId, job: &JobId) -> anyhow::Result<()> {
        let payload = serde_json::to_vec(&WakeUp::new(team.clone(), job.clone()))?;
        let answer = self
            .client
            .invoke()
            .function_name(&self.function)
            .invocation_type(InvocationType::Event)
            .payload(Blob::new(payload))
            .send()
            .await
            .with_context(|| format!("waking {} for the job {job}", self.function))?;
        let status = answer.status_code();
        anyhow::ensure!(
            status == QUEUED,
            "waking {} for the job {job}: Lambda answered {status}",
            self.function
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clients, local};

    async fn wake(status: u16) -> (anyhow::Result<()>, String, String) {
        let (config, serving) = local::one_request(status, "").await;
        let wake = LambdaWake::new(clients::lambda(&config), "bellhop-ec2");
        let result = wake.wake(&TeamId::new("T1"), &JobId::new("ec2#T1#C1#1.2")).await;
        let (head, body) = serving.await.unwrap();
        (result, head, body)
    }

    #[tokio::test]
    async fn a_job_travels_by_its_name_only_and_nobody_waits() {
        let (result, head, body) = wake(202).await;
        result.unwrap();
        assert!(head.starts_with("post /2015-03-31/functions/bellhop-ec2/invocations "), "{head}");
        assert!(head.contains("x-amz-invocation-type: event"), "{head}");
        assert_eq!(body, r#"{"v":1,"team":"T1","job":"ec2#T1#C1#1.2"}"#);
    }

    #[tokio::test]
    async fn anything_but_queued_is_a_fault() {
        for status in [200, 404] {
            assert!(wake(status).await.0.is_err(), "{status}");
        }
    }
}
