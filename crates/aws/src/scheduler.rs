//! What wakes the worker of standups at their times: two schedules of EventBridge
//! Scheduler for each, one that asks and one that reports.
//!
//! A schedule is in a zone, so that nobody has to follow clocks that change. What
//! it sends carries the time it was meant for, not the time it arrives.

use anyhow::Context as _;
use app::ports::Schedules;
use async_trait::async_trait;
use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::operation::create_schedule::CreateScheduleError;
use aws_sdk_scheduler::operation::delete_schedule::DeleteScheduleError;
use aws_sdk_scheduler::operation::update_schedule::UpdateScheduleError;
use aws_sdk_scheduler::types::{
    DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, RetryPolicy, ScheduleState, Target,
};
use domain::ids::TeamId;
use domain::standup::{Definition, Kind, Schedule, StandupId, schedule_names, schedules};
use serde_json::json;

/// What Scheduler puts the time in place of that a firing was meant for.
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html>
const SCHEDULED_TIME: &str = "<aws.scheduler.scheduled-time>";

/// How long Scheduler tries to hand over a firing that Lambda does not take: a
/// report that is hours late is still wanted, and the worker goes by the time that
/// the firing carries. What is older would be asked or told in the night.
const MAX_AGE_SECONDS: i32 = 6 * 60 * 60;

/// How often it tries; the most there is, so that the age alone is the limit.
const MAX_RETRIES: i32 = 185;

/// How often another writer may come between before it is an error.
const ROUNDS: usize = 3;

/// Where schedules stand, and what they wake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The group they are in.
    pub group: String,
    /// The ARN of the function that they wake.
    pub target: String,
    /// The ARN of the role by which Scheduler may wake it.
    pub role: String,
    /// The ARN of the queue that gets what could not be handed over.
    pub dead_letters: String,
}

/// The schedules of EventBridge Scheduler.
#[derive(Clone, Debug)]
pub struct EventBridgeSchedules {
    client: Client,
    place: Place,
}

impl EventBridgeSchedules {
    /// Those at `place`.
    pub fn new(client: Client, place: Place) -> Self {
        Self { client, place }
    }

    /// Makes one what it is to be, whether or not it is there.
    async fn put(&self, schedule: &Schedule, target: &Target) -> anyhow::Result<()> {
        // Whoever creates or deletes the same one meanwhile sends us round again.
        for _ in 0..ROUNDS {
            if self.update(schedule, target).await? || self.create(schedule, target).await? {
                return Ok(());
            }
        }
        anyhow::bail!("the schedule {} is created and deleted all the time", schedule.name)
    }

    /// Whether there is one that can be changed; then it is.
    async fn update(&self, schedule: &Schedule, target: &Target) -> anyhow::Result<bool> {
        let result = self
            .client
            .update_schedule()
            .name(&schedule.name)
            .group_name(&self.place.group)
            .schedule_expression(&schedule.expression)
            .schedule_expression_timezone(&schedule.zone)
            .flexible_time_window(on_time()?)
            .state(ScheduleState::Enabled)
            .target(target.clone())
            .send()
            .await;
        let Err(error) = result else { return Ok(true) };
        // Neither is an error yet: it is not there, or somebody else changes it just now.
        if let Some(
            UpdateScheduleError::ResourceNotFoundException(_) | UpdateScheduleError::ConflictException(_),
        ) = error.as_service_error()
        {
            return Ok(false);
        }
        Err(error).with_context(|| format!("changing the schedule {}", schedule.name))
    }

    /// Whether there was none yet; then it is created.
    async fn create(&self, schedule: &Schedule, target: &Target) -> anyhow::Result<bool> {
        let result = self
            .client
            .create_schedule()
            .name(&schedule.name)
            .group_name(&self.place.group)
            .schedule_expression(&schedule.expression)
            .schedule_expression_timezone(&schedule.zone)
            .flexible_time_window(on_time()?)
            .state(ScheduleState::Enabled)
            .target(target.clone())
            .send()
            .await;
        let Err(error) = result else { return Ok(true) };
        if let Some(CreateScheduleError::ConflictException(_)) = error.as_service_error() {
            return Ok(false);
        }
        Err(error).with_context(|| format!("creating the schedule {}", schedule.name))
    }

    async fn delete(&self, name: &str) -> anyhow::Result<()> {
        let result = self.client.delete_schedule().name(name).group_name(&self.place.group).send().await;
        let Err(error) = result else { return Ok(()) };
        if let Some(DeleteScheduleError::ResourceNotFoundException(_)) = error.as_service_error() {
            return Ok(());
        }
        Err(error).with_context(|| format!("removing the schedule {name}"))
    }

    /// Whom the schedule wakes, and with what.
    fn target(&self, team: &TeamId, id: &StandupId, kind: Kind) -> anyhow::Result<Target> {
        let retries = RetryPolicy::builder()
            .maximum_event_age_in_seconds(MAX_AGE_SECONDS)
            .maximum_retry_attempts(MAX_RETRIES);
        let target = Target::builder()
            .arn(&self.place.target)
            .role_arn(&self.place.role)
            .input(payload(team, id, kind))
            .retry_policy(retries.build())
            .dead_letter_config(DeadLetterConfig::builder().arn(&self.place.dead_letters).build());
        Ok(target.build()?)
    }
}

#[async_trait]
impl Schedules for EventBridgeSchedules {
    async fn set(&self, team: &TeamId, definition: &Definition) -> anyhow::Result<()> {
        let wanted = schedules(team, definition);
        for schedule in &wanted {
            self.put(schedule, &self.target(team, &definition.id, schedule.kind)?).await?;
        }
        for name in schedule_names(team, &definition.id) {
            if wanted.iter().all(|schedule| schedule.name != name) {
                self.delete(&name).await?;
            }
        }
        Ok(())
    }

    async fn remove(&self, team: &TeamId, id: &StandupId) -> anyhow::Result<()> {
        for name in schedule_names(team, id) {
            self.delete(&name).await?;
        }
        Ok(())
    }
}

/// At its minute, not within some window.
fn on_time() -> anyhow::Result<FlexibleTimeWindow> {
    Ok(FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build()?)
}

/// What the function is woken with.
fn payload(team: &TeamId, id: &StandupId, kind: Kind) -> String {
    let kind = match kind {
        Kind::Questions => "send_questions",
        Kind::Report => "send_report",
    };
    json!({ "type": kind, "standup": id, "team": team, "time": SCHEDULED_TIME, "source": "schedule" })
        .to_string()
}

#[cfg(test)]
mod tests;
