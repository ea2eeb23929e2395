//! The binary itself does not come up without its configuration.

#[path = "../../starts.rs"]
mod starts;

#[test]
fn a_missing_or_blank_variable_is_named() {
    let required = &[
        ("INSTALLATIONS_TABLE", "installations"),
        ("JOBS_TABLE", "jobs"),
        ("ACCOUNTS_TABLE", "accounts"),
        ("INSTANCES_TABLE", "instances"),
        ("AUDIT_TABLE", "audit"),
        ("SSM_PREFIX", "/bellhop/test"),
        ("HOME_ACCOUNT", "123456789012"),
        ("REGIONS", "eu-west-1"),
    ];
    starts::names_what_is_missing(env!("CARGO_BIN_EXE_ec2"), required);
}
