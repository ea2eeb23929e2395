//! The job that a worker is woken with is the one that the gateway makes.

use domain::ids::{JobId, Worker};
use slack::commands::Posted;
use slack::events::{Envelope, Event};

use crate::sample::sample;

#[test]
fn the_job_is_the_one_that_the_mention_makes() {
    let Envelope::EventCallback(callback) = Envelope::parse(&sample("events", "app_mention").body()).unwrap()
    else {
        panic!("the mention is no event");
    };
    let Event::AppMention(message) = callback.event else { panic!("the mention is none") };
    let (worker, team) = (Worker::new("ec2"), callback.team.unwrap());
    let id = JobId::for_message(&worker, &team, &message.channel.unwrap(), &message.ts.unwrap());
    let job = sample("ec2", "job");
    assert_eq!((job.text("/job"), job.text("/team")), (id.as_str(), team.as_str()));
}

/// The worker's sample is of the job that the sample of this command makes.
#[track_caller]
fn assert_made_by_command(worker: &str, command: &str) {
    let Posted::Command(command) = Posted::parse(&sample("commands", command).body()).unwrap() else {
        panic!("the command is none");
    };
    let team = command.installation_candidates.first().unwrap();
    let id = JobId::for_command(&Worker::new(worker), team, &command.trigger);
    let job = sample(worker, "job");
    assert_eq!((job.text("/job"), job.text("/team")), (id.as_str(), team.as_str()));
}

#[test]
fn the_job_of_the_text_worker_is_the_one_that_the_command_makes() {
    assert_made_by_command("text", "reverse");
}

#[test]
fn the_job_of_the_worker_of_standups_is_the_one_that_the_command_makes() {
    assert_made_by_command("standup", "standup");
}
