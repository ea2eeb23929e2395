//! The binary itself does not come up without its configuration.

#[path = "../../starts.rs"]
mod starts;

#[test]
fn a_missing_or_blank_variable_is_named() {
    let required = &[
        ("INSTALLATIONS_TABLE", "installations"),
        ("JOBS_TABLE", "jobs"),
        ("SSM_PREFIX", "/bellhop/test"),
        ("STANDUPS_TABLE", "standups"),
        ("EC2_FUNCTION", "ec2"),
        ("STANDUP_FUNCTION", "standup"),
    ];
    starts::names_what_is_missing(env!("CARGO_BIN_EXE_events"), required);
}
