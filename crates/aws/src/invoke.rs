//! Wakes a worker: an asynchronous invocation that carries a job's name.

use anyhow::Context as _;
use app::ports::Wake;
use app::wake::WakeUp;
use async_trait::async_trait;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use domain::ids::{JobId, TeamId, Worker};

/// What Lambda answers once it has queued an event.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
const QUEUED: i32 = 202;

/// Wakes the functions that do jobs.
#[derive(Clone, Debug)]
pub struct LambdaWake {
    client: Client,
    workers: Vec<(Worker, String)>,
}

impl LambdaWake {
    /// For these workers, each with its function's name or ARN.
    pub fn new(client: Client, workers: Vec<(Worker, String)>) -> Self {
        Self { client, workers }
    }
}

#[async_trait]
impl Wake for LambdaWake {
    async fn wake(&self, team: &TeamId, job: &JobId) -> anyhow::Result<()> {
        let worker = job.worker();
        let function = self.workers.iter().find(|(known, _)| *known == worker).map(|(_, function)| function);
        let function = function.with_context(|| format!("no function does jobs of {worker}"))?;
        let payload = serde_json::to_vec(&WakeUp::new(team.clone(), job.clone()))?;
        let answer = self
            .client
            .invoke()
            .function_name(function)
            .invocation_type(InvocationType::Event)
            .payload(Blob::new(payload))
            .send()
            .await
            .with_context(|| format!("waking {function} for the job {job}"))?;
        let status = answer.status_code();
        anyhow::ensure!(status == QUEUED, "waking {function} for the job {job}: Lambda answered {status}");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clients, local};

    fn workers() -> Vec<(Worker, String)> {
        ["text", "ec2"].map(|name| (Worker::new(name), format!("bellhop-{name}"))).into()
    }

    async fn wake(status: u16) -> (anyhow::Result<()>, String, String) {
        let (config, serving) = local::one_request(status, "").await;
        let wake = LambdaWake::new(clients::lambda(&config), workers());
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
    async fn a_job_of_an_unknown_worker_wakes_nobody() {
        let wake = LambdaWake::new(clients::lambda(&local::config("http://127.0.0.1:1")), workers());
        let error = wake.wake(&TeamId::new("T1"), &JobId::new("standup#1")).await.unwrap_err();
        assert_eq!(error.to_string(), "no function does jobs of standup");
    }

    #[tokio::test]
    async fn anything_but_queued_is_a_fault() {
        for status in [200, 404] {
            assert!(wake(status).await.0.is_err(), "{status}");
        }
    }
}
