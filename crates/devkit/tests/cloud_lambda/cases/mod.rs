//! The cases, by name.

mod accounts;
mod calls;
mod events;
mod http;
mod processes;
mod schedules;

use std::future::Future;
use std::pin::Pin;

use devkit::cloud::{Cloud, Kind, Outcome};
use serde_json::{Value, json};

type Case = Pin<Box<dyn Future<Output = ()>>>;

macro_rules! cases {
    ($($idea:ident::$name:ident),* $(,)?) => {
        /// Every case.
        pub(crate) fn all() -> Vec<(&'static str, Case)> {
            vec![$((stringify!($name), Box::pin($idea::$name()) as Case)),*]
        }
    };
}

cases![
    processes::the_first_invocation_is_cold_and_the_next_is_warm,
    processes::two_at_a_time_need_two_processes,
    processes::a_frozen_process_does_nothing,
    processes::a_timeout_kills_the_process,
    processes::a_crash_is_reported_and_the_next_start_is_cold,
    processes::only_its_own_environment_reaches_a_function,
    events::a_failing_event_is_tried_three_times_and_given_up,
    events::a_duplicate_is_delivered_on_demand,
    events::a_lost_event_is_never_delivered,
    events::a_schedule_fires_on_tick,
    http::the_http_api_speaks_payload_version_2,
    http::the_lambda_api_invokes,
    calls::parameters_are_read_by_the_real_sdk,
    calls::a_function_is_held_to_its_role,
    calls::a_reply_can_be_lost_and_a_process_killed_after_the_effect,
    processes::output_is_kept,
    accounts::a_function_assumes_only_what_its_own_role_allows,
    accounts::a_call_in_another_account_is_still_the_functions,
    events::state_changes_wake_the_functions_whose_rules_fit,
    schedules::a_function_makes_schedules_only_as_its_role_allows,
    schedules::a_schedule_wakes_its_function_through_its_role,
    processes::nothing_is_left_behind,
];

async fn ask(cloud: &Cloud, function: &str, what: &str) -> (Outcome, Value) {
    let reply = cloud.invoke(function, &json!({ "do": what }), Kind::Sync).await.expect("a known function");
    cloud.idle().await;
    (reply.outcome, reply.payload)
}
