//! Verifying an account: what proves it, what does not, and what follows from that.

use domain::ids::{AccountId, Alias, Region};

use super::accounts::{NUMBER, answer_to, roles, then, world};
use super::check;
use crate::ports::{Clock as _, Unproven};
use crate::testing::{Asked, Trouble, linked};

#[tokio::test(start_paused = true)]
async fn a_verified_account_is_used_from_then_on() {
    let world = world();
    world.add_in("acme", 'b', "eu-west-1", domain::instance::InstanceState::Running, &["Name=app-1"]);
    world.add_in("acme", 'c', "eu-west-1", domain::instance::InstanceState::Stopped, &["Name=app-2"]);
    world.ask(&then("account add acme 222222222222", 1)).await;
    let unused = answer_to(&world, &then("find app-1 for acme", 2)).await;
    assert_eq!(
        unused,
        "only U0ANN: The account “acme” is not verified, so I don't use it. An admin can say *account verify acme*. I did nothing."
    );
    assert_eq!(world.seam.count("ec2.describe"), 0);
    let everywhere = answer_to(&world, &then("find app-*", 3)).await;
    assert_eq!(everywhere, "only U0ANN: No instance matches “app-*” in eu-west-1, us-east-1.");
    assert_eq!(world.seam.count("ec2.describe acme"), 0);
    let verified = answer_to(&world, &then("account verify acme", 4)).await;
    assert_eq!(
        verified,
        "only U0ANN: *acme* (222222222222) is verified: its roles let me in with the external id, and refuse me without it or with a wrong one.\n\
         I see 2 instances in eu-west-1 and none in us-east-1."
    );
    assert!(roles(&world.account("acme").unwrap()).verified_at.is_some());
    let known = world.inventory.lines();
    assert!(known.contains(&"T0ACME 222222222222 eu-west-1 i-bbbbbbbb app-1".to_owned()), "{known:?}");
    let found = answer_to(&world, &then("find app-1 for acme", 5)).await;
    assert!(found.starts_with("thread: *1 instance*: 1 running (1 in acme, eu-west-1)"), "{found}");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_seen_of_a_verified_account_is_said() {
    let world = world();
    world.put_account("T0ACME", linked("acme", NUMBER, &["eu-west-1", "us-east-1"], None));
    world.seam.next("ec2.describe acme us-east-1", Trouble::Refused("OptInRequired"));
    let answer = answer_to(&world, &Asked::mention("account verify acme")).await;
    let told = "I see none in eu-west-1.\nacme, us-east-1: AWS answered OptInRequired (in EC2's own words).";
    assert!(answer.ends_with(told), "{answer}");
}

fn role() -> String {
    "arn:aws:iam::222222222222:role/BellhopAct".to_owned()
}

/// Each way not to prove an account, and words of its sentence.
fn unproven() -> Vec<(Unproven, &'static [&'static str])> {
    vec![
        (
            Unproven::WithoutExternalId { role: role() },
            &[
                "`arn:aws:iam::222222222222:role/BellhopAct` lets me in without an external id.",
                "That is dangerous: anybody who knows this role could name it to me from another workspace, and I would act in your account for them.",
                "Add the condition on `sts:ExternalId` to its trust policy; *account add acme 222222222222* shows what it has to trust.",
            ],
        ),
        (
            Unproven::WrongExternalId { role: role() },
            &["lets me in with a wrong external id. That is dangerous: ", "with `StringEquals`; "],
        ),
        (
            Unproven::NotLetIn { role: role(), request_id: "req-7".to_owned() },
            &["does not let me in (request req-7). Either it is not there, or it trusts another role"],
        ),
        (
            Unproven::OtherAccount { role: role(), account: AccountId::new("999999999999") },
            &["leads into the account 999999999999, not into 222222222222."],
        ),
        (
            Unproven::LacksRight {
                role: role(),
                operation: "ec2:StopInstances".to_owned(),
                region: Region::new("us-east-1"),
            },
            &[
                "may not use `ec2:StopInstances` in us-east-1. Its rights are in `templates/customer-role.yaml`.",
            ],
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_not_proved_is_not_used_from_then_on() {
    for (why, words) in unproven() {
        for was_verified in [false, true] {
            let world = world();
            let at = was_verified.then(|| world.clock.now());
            world.put_account("T0ACME", linked("acme", NUMBER, &["eu-west-1"], at));
            world.link("aaa", "111111111111", &["eu-west-1"]);
            world.gates.shut.lock().unwrap().insert(Alias::new("acme"), why.clone());
            let answer = answer_to(&world, &then("account verify acme", 1)).await;
            let begin = if was_verified {
                "only U0ANN: *acme* (222222222222) is not verified. It was verified before; from now on I don't use it.\n"
            } else {
                "only U0ANN: *acme* (222222222222) is not verified. I don't use it.\n"
            };
            assert!(answer.starts_with(begin), "{why}: {answer}");
            assert!(answer.ends_with("\nThen say *account verify acme* again."), "{why}: {answer}");
            for part in words {
                assert!(answer.contains(part), "{why}: {part} is missing in {answer}");
            }
            assert_eq!(roles(&world.account("acme").unwrap()).verified_at, None, "{why}");
            assert!(!answer.contains("bellhop-of-acme"), "{answer}");
            world.ask(&then("find", 2)).await;
            assert_eq!(world.seam.count("ec2.describe acme"), 0, "{why}: it is used all the same");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn if_aws_cannot_be_asked_nothing_changes() {
    for (was_verified, words) in [
        (
            true,
            "I could not ask AWS about *acme* (222222222222), so it stays verified. Say *account verify acme* again in a while.",
        ),
        (
            false,
            "I could not ask AWS about *acme* (222222222222), so I still don't use it. Say *account verify acme* again in a while.",
        ),
    ] {
        for trouble in [Trouble::Busy, Trouble::Hang] {
            let world = world();
            let at = was_verified.then(|| world.clock.now());
            world.put_account("T0ACME", linked("acme", NUMBER, &["eu-west-1"], at));
            let before = world.account("acme");
            world.seam.next("sts.prove", trouble);
            check(&world, &Asked::mention("account verify acme"), &[&format!("only U0ANN: {words}")], &[])
                .await;
            assert_eq!(world.account("acme"), before);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_proof_of_what_was_changed_meanwhile_is_worth_nothing() {
    for shut in [false, true] {
        let world = world();
        world.put_account("T0ACME", linked("acme", NUMBER, &["eu-west-1"], None));
        if shut {
            let why = Unproven::WithoutExternalId { role: role() };
            world.gates.shut.lock().unwrap().insert(Alias::new("acme"), why);
        } else {
            world.seam.next("sts.prove", Trouble::Freeze);
        }
        let other = linked("acme", "333333333333", &["eu-west-1"], None);
        let id = world.hear(&Asked::mention("account verify acme")).await;
        if shut {
            // Not verified before, and not now: there is nothing to write.
            world.settle().await;
            assert_eq!(world.seam.count("accounts.store"), 0);
            continue;
        }
        let wake = world.wake.take().remove(0);
        let (worker, deadline) = (world.ec2(), world.clock.now().plus(120_000));
        let mut run = std::pin::pin!(worker.handle(&wake, deadline));
        tokio::select! {
            biased;
            () = world.seam.frozen() => {}
            _ = &mut run => panic!("nothing was proved"),
        }
        world.put_account("T0ACME", other.clone());
        world.seam.thaw();
        run.await.unwrap();
        world.settle().await;
        assert!(world.jobs.peek(&id).unwrap().machine.told);
        assert_eq!(
            world.answers(),
            [
                "only U0ANN: Somebody else changed the account *acme* at the same time, so I did nothing. Say *accounts* to see how it is now."
            ]
        );
        assert_eq!(world.account("acme"), Some(other));
    }
}
