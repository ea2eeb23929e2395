//! From a command to its job, and what the person is shown at once.

use domain::ids::{ChannelId, ResponseUrl, TeamId, UserId};
use domain::job::{Answers, Ask, Status};

use super::shown;
use crate::ports::Clock as _;
use crate::testing::{ANN, Recorder, TEAM, Trouble, Typed, World};
use crate::wake::WakeUp;

const NOT_INSTALLED: &str = "I am not installed in this workspace any more. Ask an admin to add me again.";

#[tokio::test(start_paused = true)]
async fn each_command_is_a_job_for_its_worker_and_is_acknowledged() {
    let page = || "https://news.example/story share".to_owned();
    for (command, text, worker, ask, words) in [
        ("/ec2", "stop web-1", "ec2", Ask::command("stop web-1"), "Working on it…"),
        ("/reverse", "a &lt;b&gt;", "text", Ask::Reverse { text: "a &lt;b&gt;".to_owned() }, "Reversing…"),
        ("/summarize", &page(), "text", Ask::Summarize { text: page() }, "Reading…"),
    ] {
        let world = World::new();
        let answer = world.types(&Typed::new(command, text)).await.unwrap();
        assert_eq!(shown(&answer), words, "{command}");
        let job = world.jobs.all().remove(0);
        assert_eq!(job.id.as_str(), format!("{worker}#{TEAM}#command#1.1.first"));
        assert_eq!((job.team.as_str(), &job.machine.status), (TEAM, &Status::Pending));
        assert_eq!(job.request.user, UserId::new(ANN));
        assert_eq!(job.request.channel, ChannelId::new("C0OPS"));
        assert_eq!(job.request.ask, ask);
        let response_url = ResponseUrl::new("https://hooks.slack.com/commands/T0ACME/1/first");
        assert_eq!(job.request.answers, Answers::Private { response_url });
        assert_eq!(world.wake.take(), [WakeUp::new(TeamId::new(TEAM), job.id)]);
        assert!(world.slack.said().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn help_is_acknowledged_with_nothing_and_comes_by_itself() {
    for (command, words) in [
        ("/reverse", "only U0ANN: Give me a text, and I write it backwards: `/reverse stressed`"),
        ("/summarize", "only U0ANN: Give me the address of an article"),
        ("/ec2", "only U0ANN: "),
    ] {
        for text in ["", "  ", "help", "HELP", " Help "] {
            let world = World::new();
            let answer = world.types(&Typed::new(command, text)).await.unwrap();
            assert_eq!(shown(&answer), "", "{command} {text}");
            world.settle().await;
            let answers = world.answers();
            assert!(matches!(answers.as_slice(), [help] if help.starts_with(words)), "{answers:?}");
            assert_eq!(world.seam.count("slack.chat"), 0, "{command} {text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_without_the_field_text_is_one_without_text() {
    let world = World::new();
    world.types(&Typed::new("/reverse", "").without("text")).await.unwrap();
    assert_eq!(world.jobs.all()[0].request.ask, Ask::Reverse { text: String::new() });
}

#[tokio::test(start_paused = true)]
async fn a_command_of_another_version_is_told_what_there_is() {
    for (command, quoted) in
        [("/sitdown", "/sitdown"), ("/<!channel>", "/&lt;!channel&gt;"), ("/EC2", "/EC2")]
    {
        let world = World::new();
        let answer = world.types(&Typed::new(command, "x")).await.unwrap();
        assert_eq!(
            shown(&answer),
            format!(
                "I don't know the command “{quoted}”. I know */ec2*, */reverse*, */standup* and */summarize*; each of them answers *help*."
            )
        );
        assert!(world.jobs.all().is_empty() && world.wake.take().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_app_is_not_installed_nothing_is_done() {
    let strangers = [
        Typed::new("/reverse", "abc").with("team_id", "T0OTHER"),
        Typed::new("/reverse", "abc").without("team_id"),
        Typed::new("/reverse", "abc").with("team_id", "T0OTHER").with("enterprise_id", "E0OTHER"),
    ];
    for typed in strangers {
        let world = World::new();
        assert_eq!(shown(&world.types(&typed).await.unwrap()), NOT_INSTALLED);
        assert!(world.jobs.all().is_empty());
    }
    let world = World::new();
    world.teams.uninstall_now(&TeamId::new(TEAM), world.clock.now());
    assert_eq!(shown(&world.types(&Typed::new("/reverse", "abc")).await.unwrap()), NOT_INSTALLED);
    assert!(world.jobs.all().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_command_belongs_to_the_installation_that_slack_means() {
    const ORG: &str = "E0CORP";
    // Installed in the workspace, in the organisation, or in both.
    for (installed, for_organisation, team) in [
        (vec![TEAM], "false", Some(TEAM)),
        (vec![ORG], "true", Some(ORG)),
        (vec![ORG], "false", Some(ORG)),
        (vec![TEAM, ORG], "true", Some(ORG)),
        (vec![TEAM, ORG], "false", Some(TEAM)),
        (vec![], "true", None),
    ] {
        let world = World::new();
        if !installed.contains(&TEAM) {
            world.teams.forget(TEAM);
        }
        if installed.contains(&ORG) {
            let installation = crate::ports::Installation { team: TeamId::new(ORG), ..world.installation() };
            world.teams.enrol_now(&installation, "xoxb-org-token");
        }
        let typed = Typed::new("/ec2", "find").with("enterprise_id", ORG);
        world.types(&typed.with("is_enterprise_install", for_organisation)).await.unwrap();
        let job = world.jobs.all().into_iter().next();
        let expected = team.map(|team| format!("ec2#{team}#command#1.1.first"));
        assert_eq!(job.map(|job| job.id.as_str().to_owned()), expected, "{installed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_use_of_a_command_is_one_job_and_one_answer_however_often_it_comes() {
    let world = World::new();
    let typed = Typed::new("/reverse", "abc");
    for _ in 0..2 {
        assert_eq!(shown(&world.types(&typed).await.unwrap()), "Reversing…");
    }
    assert_eq!((world.jobs.all().len(), world.wake.take().len()), (1, 2));
    world.settle().await;
    assert_eq!(world.answers(), ["only U0ANN: cba"]);
    // It is done: nobody is woken for it any more.
    world.types(&typed).await.unwrap();
    assert!(world.wake.take().is_empty());
    assert_eq!(world.answers(), ["only U0ANN: cba"]);
}

#[tokio::test(start_paused = true)]
async fn the_same_words_twice_are_two_jobs() {
    let world = World::new();
    world.types(&Typed::new("/reverse", "abc")).await.unwrap();
    world.types(&Typed::new("/reverse", "abc").again("second")).await.unwrap();
    world.settle().await;
    assert_eq!(world.answers(), ["only U0ANN: cba", "only U0ANN: cba"]);
}

const MEMBERS_ONLY: &str = "Only members of this workspace can use me for that.";
const UNKNOWN_PERSON: &str = "Slack did not tell me who you are, so I have done nothing. Please try again.";

#[tokio::test(start_paused = true)]
async fn texts_are_for_members_of_the_workspace() {
    for (command, text) in [("/reverse", "abc"), ("/summarize", "https://news.example/story share")] {
        for user in ["U0GUEST", "U0STRANGER", "U0ROBOT", "U0GONE", "U0UNKNOWN"] {
            let world = World::new();
            world.slack.person("U0GONE", &serde_json::json!({"deleted": true}));
            let (recorder, _guard) = Recorder::start();
            let answer = world.types(&Typed::new(command, text).by(user)).await.unwrap();
            assert_eq!(shown(&answer), MEMBERS_ONLY, "{command} by {user}");
            assert_eq!(recorder.refusals(), ["members_only"], "{command} by {user}");
            assert!(world.jobs.all().is_empty() && world.wake.take().is_empty(), "{command} by {user}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn texts_are_not_for_people_of_whom_slack_says_nothing() {
    for trouble in
        [Trouble::code("internal_error"), Trouble::page(503), Trouble::too_many("30"), Trouble::FailBefore]
    {
        let world = World::new();
        world.seam.always("slack.users.info", trouble.clone());
        let answer = world.types(&Typed::new("/reverse", "abc")).await.unwrap();
        assert_eq!(shown(&answer), UNKNOWN_PERSON, "{trouble:?}");
        assert!(world.jobs.all().is_empty(), "{trouble:?}");
    }
    // An answer that comes too late is none.
    let world = World::new();
    world.seam.always("slack.users.info", Trouble::Hang);
    let answer = world.types(&Typed::new("/reverse", "abc")).await.unwrap();
    assert!([UNKNOWN_PERSON, super::NOT_TAKEN].contains(&shown(&answer).as_str()), "{answer:?}");
    assert!(world.jobs.all().is_empty());
}
