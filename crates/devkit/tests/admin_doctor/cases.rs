//! A case: a fault, and what has to be said of it; and how it is tried.

use crate::DOCTOR;
use crate::plants::{Plant, heal, plant};
use crate::support::App;
use crate::support::admin::{Said, admin};

pub(crate) const DEPLOY: &str = "sam build && sam deploy --stack-name bellhop";
pub(crate) const SECRETS: &str = "cargo admin secrets --stage dev";

/// One fault: what plants it, how many lines it makes wrong (none: not counted), what one of them
/// says, and the cure that it names.
pub(crate) struct Case(
    pub(crate) Plant,
    pub(crate) Option<usize>,
    pub(crate) &'static str,
    pub(crate) &'static str,
);

/// What the doctor says, asked with these arguments besides.
pub(crate) async fn examined(app: &App, more: &[String]) -> Said {
    let arguments: Vec<&str> = DOCTOR.into_iter().chain(more.iter().map(String::as_str)).collect();
    admin(app, &arguments, "").await
}

/// Each fault is found while it is there, and only then.
pub(crate) async fn each_is_found(app: &App, cases: Vec<Case>) {
    let parameters = app.slack_parameters().await;
    for Case(fault, lines, problem, cure) in cases {
        let more = plant(app, &fault).await;
        let said = examined(app, &more).await;
        heal(app, &parameters).await;
        assert!(!said.succeeded, "{problem}: not noticed\n{}{}", said.out, said.err);
        let wrong = said.wrong();
        let (found, cured) = (
            |line: &&&str| line.contains(problem),
            |line: &str| line.split_once(" -- to mend it: ").is_some_and(|(_, named)| named.contains(cure)),
        );
        let line = wrong.iter().find(found);
        assert!(line.is_some_and(|line| cured(line)), "{problem} / {cure}: not in\n{}{}", said.out, said.err);
        assert!(lines.is_none_or(|lines| lines == wrong.len()), "{problem}: also wrong:\n{wrong:#?}");
    }
    let said = examined(app, &[]).await;
    assert!(said.succeeded, "a fault was not taken back:\n{}", said.out);
}
