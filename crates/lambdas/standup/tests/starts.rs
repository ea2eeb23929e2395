//! The binary itself does not come up without its configuration.

#[path = "../../starts.rs"]
mod starts;

#[test]
fn a_missing_or_blank_variable_is_named() {
    let required = &[
        ("INSTALLATIONS_TABLE", "installations"),
        ("JOBS_TABLE", "jobs"),
        ("STANDUPS_TABLE", "standups"),
        ("INSTANCES_TABLE", "instances"),
        ("AUDIT_TABLE", "audit"),
        ("SSM_PREFIX", "/bellhop/test"),
        ("SCHEDULE_GROUP", "bellhop"),
        ("SCHEDULE_TARGET_ARN", "arn:aws:lambda:eu-west-1:123456789012:function:standup"),
        ("SCHEDULE_ROLE_ARN", "arn:aws:iam::123456789012:role/schedules"),
        ("SCHEDULE_DEAD_LETTERS_ARN", "arn:aws:sqs:eu-west-1:123456789012:dead"),
    ];
    starts::names_what_is_missing(env!("CARGO_BIN_EXE_standup"), required);
}
