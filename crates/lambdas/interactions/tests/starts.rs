//! The binary itself does not come up without its configuration.

#[path = "../../starts.rs"]
mod starts;

#[test]
fn a_missing_or_blank_variable_is_named() {
    let required = &[
        ("INSTALLATIONS_TABLE", "installations"),
        ("JOBS_TABLE", "jobs"),
        ("STANDUPS_TABLE", "standups"),
        ("SSM_PREFIX", "/bellhop/test"),
        ("EC2_FUNCTION", "ec2"),
        ("TEXT_FUNCTION", "text"),
        ("STANDUP_FUNCTION", "standup"),
    ];
    starts::names_what_is_missing(env!("CARGO_BIN_EXE_interactions"), required);
}
