//! EventBridge Scheduler, by which standups happen: the group of their schedules, the role
//! that lets Scheduler wake `standup`, and what each schedule there leads to.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_lambda::operation::get_function_event_invoke_config::GetFunctionEventInvokeConfigError;
use aws_sdk_scheduler::Client;
use aws_sdk_scheduler::operation::get_schedule::GetScheduleOutput;
use aws_sdk_scheduler::operation::get_schedule_group::GetScheduleGroupError;
use aws_sdk_scheduler::types::{ScheduleGroupState, ScheduleState};

use super::report::Report;
use super::{Environments, Place, schedule_role};
use crate::trouble::Trouble;

/// The function that schedules wake.
const STANDUP: &str = "standup";
/// Its version that is deployed.
const LATEST: &str = "$LATEST";

/// What `standup` puts into each schedule that it makes.
pub(super) struct Wanted<'a> {
    pub(super) group: &'a str,
    pub(super) role: &'a str,
    pub(super) target: &'a str,
    pub(super) dead_letters: &'a str,
}

impl<'a> Wanted<'a> {
    fn of(variables: &'a BTreeMap<String, String>) -> Option<Self> {
        let told =
            |name: &str| variables.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
        Some(Self {
            group: told("SCHEDULE_GROUP")?,
            role: told("SCHEDULE_ROLE_ARN")?,
            target: told("SCHEDULE_TARGET_ARN")?,
            dead_letters: told("SCHEDULE_DEAD_LETTERS_ARN")?,
        })
    }
}

pub(super) async fn check(
    config: &SdkConfig,
    place: &Place,
    environments: &Environments,
    report: &mut Report,
) {
    let Some(wanted) = environments.get(STANDUP).and_then(Wanted::of) else {
        return report.skipped("schedules", "standup is missing, or is not told of them");
    };
    report.either("target of schedules", target(config, place, &wanted).await);
    report.either("role of schedules", schedule_role::check(config, place, &wanted).await);
    let client = aws::clients::scheduler(config);
    match group(&client, place, &wanted).await {
        Ok(()) => report.either("schedules", each(&client, &wanted).await),
        Err(trouble) => report.wrong("schedules", &trouble),
    }
}

/// Whether schedules lead to this stack's `standup`, and what they cannot hand over to the
/// queue that its own failures go to.
async fn target(config: &SdkConfig, place: &Place, wanted: &Wanted<'_>) -> Result<String, Trouble> {
    let client = aws::clients::lambda(config);
    let name = place.function(STANDUP);
    let deploy = |what: String| Err(Trouble::new(what, place.deploy()));
    if wanted.target.rsplit(':').next() != Some(name.as_str()) {
        return deploy(format!("SCHEDULE_TARGET_ARN is {}, which is not {name}", wanted.target));
    }
    // Where both templates put it; an emulator takes the unqualified function for another one.
    let asked = client.get_function_event_invoke_config().function_name(&name).qualifier(LATEST).send().await;
    let found = match asked {
        Ok(answer) => {
            let on_failure = answer.destination_config.and_then(|config| config.on_failure);
            on_failure.and_then(|on_failure| on_failure.destination)
        }
        Err(error)
            if error
                .as_service_error()
                .is_some_and(GetFunctionEventInvokeConfigError::is_resource_not_found_exception) =>
        {
            None
        }
        Err(error) => return Err(Trouble::of(&error, "lambda:GetFunctionEventInvokeConfig")),
    };
    let found = found.unwrap_or_else(|| "nowhere".to_owned());
    if found != wanted.dead_letters {
        let queue = wanted.dead_letters;
        return deploy(format!("what is given up goes to {found}, and that of schedules to {queue}"));
    }
    Ok(format!("{name}, and one queue for what is given up"))
}

async fn group(client: &Client, place: &Place, wanted: &Wanted<'_>) -> Result<(), Trouble> {
    let group = wanted.group;
    let state = match client.get_schedule_group().name(group).send().await {
        Ok(answer) => answer.state,
        Err(error)
            if error
                .as_service_error()
                .is_some_and(GetScheduleGroupError::is_resource_not_found_exception) =>
        {
            let cure = format!(
                "aws scheduler create-schedule-group --name {group}, then /standup list, [Edit] and save \
                 for each standup"
            );
            return Err(Trouble::new(format!("there is no group {group}"), cure));
        }
        Err(error) => return Err(Trouble::of(&error, "scheduler:GetScheduleGroup")),
    };
    if state == Some(ScheduleGroupState::Active) {
        return Ok(());
    }
    // It ends by itself, with all that is in it.
    let state = state.map_or_else(|| "UNKNOWN".to_owned(), |state| state.as_str().to_owned());
    let cure = format!("wait until it is gone, then {}", place.deploy());
    Err(Trouble::new(format!("the group {group} is {state}, not ACTIVE"), cure))
}

/// Each schedule of the group; the first problem, and how many there are.
async fn each(client: &Client, wanted: &Wanted<'_>) -> Result<String, Trouble> {
    let group = wanted.group;
    let mut pages = client.list_schedules().group_name(group).into_paginator().send();
    let (mut count, mut problems) = (0, Vec::new());
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Trouble::of(&error, "scheduler:ListSchedules"))?;
        for name in page.schedules.into_iter().filter_map(|schedule| schedule.name) {
            let asked = client.get_schedule().group_name(group).name(&name).send().await;
            let found = asked.map_err(|error| Trouble::of(&error, "scheduler:GetSchedule"))?;
            count += 1;
            problems.extend(problem(&found, wanted).map(|what| format!("{name} {what}")));
        }
    }
    let Some(first) = problems.first() else { return Ok(format!("{count} in {group}, as they should be")) };
    let more = problems.len() - 1;
    let more = if more == 0 { String::new() } else { format!(", and {more} more are wrong") };
    let cure = "/standup list in Slack, [Edit] and save: that writes both schedules of a standup anew";
    Err(Trouble::new(format!("{first}{more}"), cure))
}

/// What is wrong with a schedule, as the rest of a sentence.
fn problem(found: &GetScheduleOutput, wanted: &Wanted<'_>) -> Option<String> {
    if found.state() != Some(&ScheduleState::Enabled) {
        return Some("is switched off".to_owned());
    }
    let target = found.target()?;
    let queue = target.dead_letter_config().and_then(|config| config.arn()).unwrap_or("nowhere");
    let is = [target.arn(), target.role_arn(), queue];
    let ought = [wanted.target, wanted.role, wanted.dead_letters];
    let what = ["wakes", "has the role", "leaves what it cannot hand over to"];
    let different = is.into_iter().zip(ought).zip(what).find(|((is, ought), _)| is != ought);
    different.map(|((is, ought), what)| format!("{what} {is}, not {ought}"))
}
