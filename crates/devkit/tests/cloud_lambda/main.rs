//! The local cloud with a real Lambda: this very program, started again by the cloud.
//!
//! That is why there is no test harness here: `main` must be free to be a Lambda.

// Clippy knows a test by its attribute, and these have none.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used
)]

mod cases;
mod function;
mod setup;

fn main() {
    // The only way to know that the cloud has started this process.
    #[allow(clippy::disallowed_methods)]
    let is_lambda = std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some();
    if is_lambda {
        return function::main();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        return;
    }
    let filters: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let mut passed = 0;
    for (name, case) in cases::all() {
        if filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str())) {
            println!("test {name} ...");
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime").block_on(case);
            passed += 1;
        }
    }
    println!("test result: ok. {passed} passed");
}
