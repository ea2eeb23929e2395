//! The binary itself does not come up without its configuration.

#[path = "../../starts.rs"]
mod starts;

#[test]
fn a_missing_or_blank_variable_is_named() {
    let required = &[("JOBS_TABLE", "jobs"), ("SSM_PREFIX", "/bellhop/test")];
    starts::names_what_is_missing(env!("CARGO_BIN_EXE_text"), required);
}
