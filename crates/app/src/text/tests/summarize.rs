//! `/summarize`.

use domain::job::Status;

use super::{PAGE, SUMMARY, only};
use crate::ports::{Forbidden, ServiceFault, SummaryError};
use crate::testing::{ANN, Click, Recorder, Typed, World, about_nothing};

#[tokio::test(start_paused = true)]
async fn a_summary_is_for_whoever_asked_and_can_be_shared() {
    let world = World::new();
    let id = world.run(&Typed::new("/summarize", PAGE)).await;
    let said = only(&world);
    assert_eq!((said.only.as_deref(), said.text.as_str()), (Some(ANN), SUMMARY));
    assert_eq!(said.blocks[0]["text"]["text"], SUMMARY);
    let share = Click::on(&said, "Share to channel").unwrap();
    assert_eq!(share.text("/actions/0/value"), id.as_str());
    assert!(world.slack.aired().is_empty());
    assert_eq!(world.seam.count("tokens"), 1, "the gateway has asked who it is");
}

#[tokio::test(start_paused = true)]
async fn the_page_and_the_number_of_sentences_are_what_was_typed() {
    for (text, asked) in [
        (PAGE, (PAGE, 3)),
        ("<https://news.example/story>", (PAGE, 3)),
        ("<https://news.example/story|news.example/story> 5", (PAGE, 5)),
        ("10 sentences https://news.example/story", (PAGE, 10)),
        ("https://news.example/?a=1&amp;b=2 1", ("https://news.example/?a=1&b=2", 1)),
        ("gibberish", ("gibberish", 3)),
    ] {
        let world = World::new();
        world.run(&Typed::new("/summarize", text)).await;
        assert_eq!(world.reader.asked(), [(asked.0.to_owned(), asked.1)], "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_page_is_not_read() {
    let try_this =
        "Try `/summarize https://example.com/article`, and after it a number of sentences or *share*.";
    for (text, words) in [
        ("share", format!("There is no address in it. {try_this}")),
        ("3", format!("There is no address in it. {try_this}")),
        ("https://a.example https://b.example", format!("I read one article at a time. {try_this}")),
        ("https://a.example please", format!("I read one article at a time. {try_this}")),
        ("https://a.example 0", "I can't pick “0” sentences; take a number from 1 to 10.".to_owned()),
        ("https://a.example 11", "I can't pick “11” sentences; take a number from 1 to 10.".to_owned()),
    ] {
        let world = World::new();
        let id = world.run(&Typed::new("/summarize", text)).await;
        assert_eq!(world.answers(), [format!("only {ANN}: {words}")], "{text}");
        assert_eq!(world.jobs.peek(&id).unwrap().machine.status, Status::Failed, "{text}");
        assert!(world.reader.asked().is_empty(), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_reason_for_no_summary_has_its_sentence() {
    use SummaryError as No;
    let page = "“https://news.example/story”";
    for (error, words) in [
        (No::NotAUrl, "{} is not an address. Give me one like *https://example.com/article*."),
        (No::Forbidden(Forbidden::Scheme), "I don't open {}: I read *http* and *https* addresses only."),
        (No::Forbidden(Forbidden::Port), "I don't open {}: I read from the usual ports only (80 and 443)."),
        (No::Forbidden(Forbidden::Credentials), "I don't open {}: there is a name or password in it."),
        (No::Forbidden(Forbidden::Address), "I don't open {}: it is not on the public internet."),
        (
            No::Forbidden(Forbidden::Downgrade),
            "I don't open {}: it leads from an encrypted page to one that is not.",
        ),
        (No::NotFound, "There is no page at {}. Is the address right?"),
        (No::Denied(402), "The site does not let me read {} (HTTP 402). It may be for subscribers only."),
        (No::Status(500), "The site answered {} with an error (HTTP 500). Try again later."),
        (No::TooBig, "{} is too big for me: I read pages of up to 5 MB."),
        (
            No::NotText(Some("application/pdf".to_owned())),
            "{} is not an article but “application/pdf”. I read web pages and plain text.",
        ),
        (No::NotText(None), "{} is not an article. I read web pages and plain text."),
        (No::NoArticle, "I found no article at {}: it is empty, a list of links, or for subscribers only."),
        (No::TimedOut, "The site took too long to show {}. Try again later."),
        (No::Unreachable, "I could not reach {}. Is the address right, and the site up?"),
        (No::TooManyRedirects, "{} leads on and on, so I gave up."),
    ] {
        for text in [PAGE.to_owned(), format!("{PAGE} share")] {
            let world = World::new();
            world.reader.knows(PAGE, Err(error.clone()));
            let (recorder, _guard) = Recorder::start();
            let id = world.run(&Typed::new("/summarize", &text)).await;
            let is_refused = matches!(error, No::Forbidden(_));
            assert_eq!(recorder.refusals(), vec!["not_allowed"; usize::from(is_refused)], "{error:?}");
            let words = words.replace("{}", page);
            assert_eq!(world.answers(), [format!("only {ANN}: {words}")], "{text}");
            assert_eq!(world.jobs.peek(&id).unwrap().machine.status, Status::Failed, "{text}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn why_the_service_did_not_make_it_is_said_below() {
    for (fault, why) in [
        (ServiceFault::Internal, "has failed"),
        (ServiceFault::Rejected, "did not understand the request"),
        (ServiceFault::Restricted, "does not accept the key, or no credits are left"),
        (ServiceFault::NotSummarized, "could make nothing of this page"),
        (ServiceFault::Unreachable, "could not be reached"),
    ] {
        let world = World::new();
        let mut summary = about_nothing(PAGE, 3);
        summary.instead_of = Some(fault);
        world.reader.knows(PAGE, Ok(summary));
        world.run(&Typed::new("/summarize", PAGE)).await;
        assert_eq!(only(&world).text, format!("{SUMMARY}\nSMMRY {why}, so I picked the sentences myself."));
    }
}
