//! The language, row by row: what is typed (as Slack sends it) and what is
//! understood, in a short form that [`shown`] makes.

use super::*;
use crate::ids::{InstanceId, UserId};

const BOT: &str = "UBOT";

fn read(text: &str) -> Parsed {
    parse(text, Some(&UserId::new(BOT)))
}

fn check(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        assert_eq!(shown(&read(text)), *expected, "{text:?}");
    }
}

fn shown(parsed: &Parsed) -> String {
    match parsed {
        Parsed::Empty => "empty".to_owned(),
        Parsed::Help(None) => "help".to_owned(),
        Parsed::Help(Some(topic)) => format!("help {topic:?}"),
        Parsed::Version => "version".to_owned(),
        Parsed::Command(command) => shown_command(command),
        Parsed::Accounts(command) => shown_accounts(command),
        Parsed::Refused(refusal) => shown_refusal(refusal),
    }
}

fn shown_command(command: &Command) -> String {
    let mut parts = vec![command.verb.to_string()];
    parts.extend(command.targets.iter().map(|target| match target {
        Target::Id(id) => format!("id {id}"),
        Target::Pattern(pattern) => format!("pattern {pattern}"),
        Target::Name(name) => format!("name {name}"),
        Target::PrivateIp(ip) => format!("ip {ip}"),
        Target::Row(row) => format!("row {row}"),
        Target::This => "this".to_owned(),
    }));
    parts.extend(command.filters.iter().map(|filter| format!("where {filter}")));
    parts.extend(command.states.iter().map(|state| format!("state {state}")));
    parts.extend(command.regions.iter().map(|regions| match regions {
        Regions::All => "in all".to_owned(),
        Regions::These(regions) => {
            format!("in {}", regions.iter().map(ToString::to_string).collect::<Vec<_>>().join("+"))
        }
    }));
    parts.extend(command.account.iter().map(|account| match account {
        AccountRef::All => "for all".to_owned(),
        AccountRef::Id(id) => format!("for id {id}"),
        AccountRef::Alias(alias) => format!("for {alias}"),
    }));
    parts.extend(command.lasting.iter().map(|lasting| format!("lasting {}", lasting.0)));
    parts.extend(command.when.iter().map(|when| {
        let zone = when.zone.as_deref().unwrap_or("-");
        format!("{:?} {:?} {}:{:02} {zone}", when.moment, when.day, when.hour, when.minute)
    }));
    parts.extend(command.reason.iter().map(|reason| format!("because {reason}")));
    let flags = [
        (command.flags.dry_run, "--dry-run"),
        (command.flags.force, "--force"),
        (command.flags.hibernate, "--hibernate"),
        (command.flags.no_wait, "--no-wait"),
    ];
    parts.extend(flags.iter().filter(|(given, _)| *given).map(|(_, flag)| (*flag).to_owned()));
    parts.join("; ")
}

fn shown_accounts(command: &AccountsCommand) -> String {
    match command {
        AccountsCommand::List => "accounts".to_owned(),
        AccountsCommand::Add { alias, id, regions } => {
            let regions = regions.iter().map(ToString::to_string).collect::<Vec<_>>().join("+");
            format!("add {alias} {id} [{regions}]")
        }
        AccountsCommand::Verify { alias } => format!("verify {alias}"),
        AccountsCommand::Remove { alias } => format!("remove {alias}"),
        AccountsCommand::Approvers { alias, group: None } => format!("approvers {alias} admins"),
        AccountsCommand::Approvers { alias, group: Some(group) } => {
            format!("approvers {alias} group {group}")
        }
    }
}

fn shown_refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Unclear { word, suggestion: None } => format!("unclear {word}"),
        Refusal::Unclear { word, suggestion: Some(meant) } => format!("unclear {word} -> {meant}"),
        Refusal::OtherService { name } => format!("service {name}"),
        Refusal::NoTarget { verb } => format!("no target {verb}"),
        Refusal::LeftOver { text } => format!("left over {text}"),
        Refusal::TooLong { limit } => format!("too long {limit}"),
        Refusal::ManyLines => "many lines".to_owned(),
        Refusal::TooManyTargets { verb, count, limit } => format!("too many {verb} {count}/{limit}"),
        Refusal::AllIsNoTarget { verb } => format!("all {verb}"),
        Refusal::StateNeedsFind { verb, state } => format!("state {verb} {state}"),
        Refusal::BrokenFilter { text, fault } => format!("{fault:?} {text}"),
        Refusal::BrokenClause { clause, text } => format!("broken {} [{text}]", clause.as_str()),
        Refusal::RepeatedClause { clause } => format!("twice {}", clause.as_str()),
        Refusal::NotWithVerb { clause, verb } => format!("{} not with {verb}", clause.as_str()),
        Refusal::BrokenAccount { text, fault } => format!("account {fault:?} [{text}]"),
    }
}

#[test]
fn nothing_and_courtesy_are_empty() {
    check(&[
        ("", "empty"),
        ("   \n\t ", "empty"),
        ("<@UBOT>", "empty"),
        ("<@UBOT>:", "empty"),
        ("<@UBOT|bellhop>, please", "empty"),
        ("hey", "empty"),
        ("Hey, could you please", "empty"),
        ("hello! thanks", "empty"),
        ("please, please, please", "empty"),
        ("\u{200b}\u{feff}", "empty"),
        (",", "empty"),
        ("ec2", "empty"),
        ("\u{a0}", "empty"),
    ]);
}

#[test]
fn help_and_version_are_understood() {
    check(&[
        ("help", "help"),
        ("HELP", "help"),
        ("--help", "help"),
        ("—help", "help"),
        ("help me", "help"),
        ("help stop", "help Verb(Stop)"),
        ("help shutdown", "help Verb(Stop)"),
        ("help tags", "help Filters"),
        ("help standup", "help Standup"),
        ("help accounts", "help Accounts"),
        ("help account", "help Accounts"),
        ("account help", "help Accounts"),
        ("accounts --help", "help Accounts"),
        ("stop help", "help Verb(Stop)"),
        ("stop --help", "help Verb(Stop)"),
        ("ec2 help", "help"),
        ("version", "version"),
        ("--version", "version"),
        ("version 2", "left over 2"),
    ]);
}

#[test]
fn every_verb_and_synonym_leads_to_its_command() {
    for verb in Verb::ALL {
        for word in verb.words() {
            for text in [format!("{word} web-1"), format!("ec2 {} web-1", word.to_uppercase())] {
                assert_eq!(shown(&read(&text)), format!("{verb}; name web-1"), "{text}");
            }
        }
    }
}

#[test]
fn the_plain_phrases_work() {
    check(&[
        ("find stopped ec2 instances", "find; state stopped"),
        ("find all stopped ec2 instances", "find; state stopped"),
        ("find all", "find"),
        ("find *", "find"),
        ("list", "find"),
        ("show me the running servers", "find; state running"),
        ("find terminated or stopped boxes", "find; state terminated; state stopped"),
        ("find running and pending", "find; state running; state pending"),
        ("find running, stopped", "find; state running; state stopped"),
        ("check web-1", "check; name web-1"),
        ("<@UBOT> check web-1", "check; name web-1"),
        ("check web-1 <@UBOT>", "check; name web-1"),
        ("<@UBOT>: hey, could you please stop web-1, thanks!", "stop; name web-1"),
        ("please stop web-1 for me", "stop; name web-1"),
        ("bellhop, stop web-1", "stop; name web-1"),
        ("Stop Web-1.", "stop; name Web-1"),
        ("stop web-1!", "stop; name web-1"),
        ("check all", "check"),
        ("check running instances", "check; state running"),
        ("stop instance web-1", "stop; name web-1"),
        ("stop ec2 instances web-1 and web-2", "stop; name web-1; name web-2"),
        ("kill web-1", "kill; name web-1"),
        ("terminate web-1", "terminate; name web-1"),
        ("find search", "find; name search"),
        ("boot up web-1", "start; name web-1"),
        ("Shut down web-1", "stop; name web-1"),
        ("turn off web-1 web-2", "stop; name web-1; name web-2"),
        ("power on", "no target start"),
        ("stop up web-1", "left over up"),
        ("boot \"up\"", "start; name up"),
    ]);
}

#[test]
fn targets_take_every_form() {
    check(&[
        ("stop i-0123456789ABCDEF0", "stop; id i-0123456789abcdef0"),
        ("stop \"i-12345678\"", "stop; id i-12345678"),
        ("stop i-123", "stop; name i-123"),
        ("stop web-*", "stop; pattern web-*"),
        ("stop web-?", "stop; pattern web-?"),
        ("stop 10.0.0.5", "stop; ip 10.0.0.5"),
        ("stop 10.0.0.256", "stop; name 10.0.0.256"),
        ("stop #3", "stop; row 3"),
        ("stop #0", "left over #0"),
        ("stop #x", "left over #x"),
        ("stop #99999999999", "left over #99999999999"),
        ("stop this", "stop; this"),
        ("stop \"this\"", "stop; name this"),
        ("stop \"web 1\"", "stop; name web 1"),
        ("stop “web 1”", "stop; name web 1"),
        ("stop 'web 1' web-2", "stop; name web 1; name web-2"),
        ("stop \"web-*\"", "stop; name web-*"),
        ("stop \"a*\"-*", "stop; pattern a\\*-*"),
        ("stop \"start\"", "stop; name start"),
        ("stop w, x,y and z", "stop; name w; name x; name y; name z"),
        ("stop x x x", "stop; name x"),
        ("stop <http://web-1.acme.com|web-1.acme.com>", "stop; name web-1.acme.com"),
        ("stop `web-1`", "stop; name web-1"),
        ("`stop web-1`", "stop; name web-1"),
        ("stop wéb-1", "stop; name wéb-1"),
        ("stop\u{a0}web\u{200b}-1", "stop; name web-1"),
        ("stop web‑1", "stop; name web-1"),
        ("terminate x y", "terminate; name x; name y"),
    ]);
}

#[test]
fn filters_are_whole_or_broken() {
    check(&[
        ("terminate tag:\"Cost Center\"=42", "terminate; where tag:\"Cost Center\"=42"),
        ("terminate tag:“Cost Center”=42", "terminate; where tag:\"Cost Center\"=42"),
        ("terminate \"tag:Cost Center\"=42", "UnknownKey \"tag:Cost Center\"=42"),
        ("terminate tag:Cost Center=42", "NoOperator tag:Cost"),
        ("terminate Center=42", "UnknownKey Center=42"),
        ("terminate tag:Env", "NoOperator tag:Env"),
        ("terminate tag:Env =dev", "NoOperator tag:Env"),
        ("terminate env = dev", "left over ="),
        ("terminate tag:=dev", "NoTagKey tag:=dev"),
        ("terminate tag:Env=", "NoValue tag:Env="),
        ("terminate tag:Env==dev", "WrongOperator tag:Env==dev"),
        ("terminate tag:Env=\"a", "left over tag:Env=\"a"),
        ("terminate name:web-1", "NoOperator name:web-1"),
        ("stop env=dev,prod", "ManyValues env=dev"),
        ("stop env=dev, web-2", "stop; name web-2; where env=dev"),
        ("stop env=\"dev,prod\"", "stop; where env=dev,prod"),
        ("stop TAG:Env=Dev ENV!=Prod", "stop; where tag:Env=Dev; where env!=Prod"),
        ("stop tag:Name='web 1'", "stop; where tag:Name=\"web 1\""),
        ("find tag:url=http://x?a=b", "find; where tag:url=http://x?a=b"),
        ("find type=T3.Micro az=eu-west-1A", "find; where type=t3.micro; where az=eu-west-1a"),
        (
            "find ip=10.0.* vpc=vpc-1 subnet=subnet-1",
            "find; where ip=10.0.*; where vpc=vpc-1; where subnet=subnet-1",
        ),
        ("find ip=ten", "BadValue ip=ten"),
        (
            "find id=i-0* image=ami-1 owner=Bob asg=web",
            "find; where id=i-0*; where image=ami-1; where owner=Bob; where asg=web",
        ),
        ("find age&gt;3d", "find; where age>3d"),
        ("find age&lt;12h", "find; where age<12h"),
        ("find age<3d age>1d", "find; where age<3d; where age>1d"),
        ("find age=3d", "WrongOperator age=3d"),
        ("find age&gt;=3d", "WrongOperator age>=3d"),
        ("find age&gt;old", "BadValue age>old"),
        ("find env&gt;dev", "WrongOperator env>dev"),
        ("find state=stopped", "find; where state=stopped"),
        ("stop state=running env=dev", "stop; where state=running; where env=dev"),
        ("find state=up", "BadValue state=up"),
        ("find state!=running", "find; where state!=running"),
        ("find account=acme", "find; for acme"),
        ("find account=123456789012", "find; for id 123456789012"),
        ("find account=ALL", "find; for all"),
        ("find account=acme for dev", "twice for"),
        ("find account!=Acme", "find; where account!=acme"),
        ("find account=ac*", "find; where account=ac*"),
        ("find account!=ac?e", "find; where account!=ac?e"),
        ("find account!=123456789012", "BadValue account!=123456789012"),
        ("find account!=all", "BadValue account!=all"),
        ("find account=\"ac*\"", "BadValue account=\"ac*\""),
        ("find account=1234*/", "BadValue account=1234*/"),
        ("find account>acme", "WrongOperator account>acme"),
        ("find account=2h", "BadValue account=2h"),
        ("find account:acme", "NoOperator account:acme"),
        ("find \"account\"=acme", "UnknownKey \"account\"=acme"),
        ("find region=EU-west-1", "find; in eu-west-1"),
        ("find region=eu-* region!=eu-west-1", "find; where region=eu-*; where region!=eu-west-1"),
        ("find region=a/b", "BadValue region=a/b"),
        ("find name=web-1 \"web 2\"", "find; name web 2; where name=web-1"),
        ("find tag:a=\"x*\"", "find; where tag:a=x\\*"),
        ("find env=a or env=b", "left over or"),
        ("stop colour=red", "UnknownKey colour=red"),
        ("stop web-1 =42", "left over =42"),
        ("stop web-1 !=42", "left over !=42"),
    ]);
}

#[test]
fn clauses_say_where_how_long_and_why() {
    check(&[
        ("find in eu-west-1", "find; in eu-west-1"),
        ("find in EU-West-1,us-east-1", "find; in eu-west-1+us-east-1"),
        ("find in eu-west-1, us-east-1 and eu-west-2", "find; in eu-west-1+us-east-1+eu-west-2"),
        ("find web in all regions", "find; name web; in all"),
        ("stop in eu-west-1, web-1", "stop; name web-1; in eu-west-1"),
        ("stop web-1 in mars", "stop; name web-1; in mars"),
        ("stop web-1 in", "broken in []"),
        ("stop web-1 in for acme", "broken in []"),
        ("stop web-1 for in eu-west-1", "broken for []"),
        ("stop web-1 in --dry-run", "broken in []"),
        ("stop web-1 in a/b", "broken in [a/b]"),
        ("find in eu-west-1 in us-east-1", "twice in"),
        ("find for acme", "find; for acme"),
        ("find for Acme account", "find; for acme"),
        ("find for all accounts in all", "find; in all; for all"),
        ("find for 123456789012", "find; for id 123456789012"),
        ("start web-1 for 2h", "start; name web-1; lasting 120"),
        ("start web-1 for acme for 2h", "start; name web-1; for acme; lasting 120"),
        ("start web-1 for 0h", "broken for [0h]"),
        ("start web-1 for", "broken for []"),
        ("start web-1 for a=b", "broken for [a=b]"),
        ("find for 2h", "for not with find"),
        ("terminate web-1 for 2h", "for not with terminate"),
        ("start web-1 at 8:30", "start; name web-1; At None 8:30 -"),
        (
            "start web-1 until fri 18:00 Europe/Berlin",
            "start; name web-1; Until Some(Friday) 18:00 Europe/Berlin",
        ),
        ("stop web-1 at tomorrow 18:00 utc", "stop; name web-1; At Some(Tomorrow) 18:00 utc"),
        ("stop web-1 at noon", "broken at [noon]"),
        ("stop web-1 at 25:00", "broken at [25:00]"),
        ("stop web-1 until", "broken until []"),
        ("terminate web-1 at 18:00", "at not with terminate"),
        ("reboot web-1 until 18:00", "until not with reboot"),
        ("stop web-1 because it's 5\" long, = &amp; all", "stop; name web-1; because it's 5\" long, = & all"),
        ("terminate web-1 because \"migrated\"", "terminate; name web-1; because migrated"),
        ("terminate web-1 because: <@U5> said so", "terminate; name web-1; because U5 said so"),
        ("terminate web-1 because", "broken because []"),
        ("find web-1 because I can", "because not with find"),
        ("stop because web-1", "no target stop"),
        ("stop web-1 --dry-run", "stop; name web-1; --dry-run"),
        ("stop web-1 —dry-run", "stop; name web-1; --dry-run"),
        ("stop —DRY-RUN web-1 –no-wait", "stop; name web-1; --dry-run; --no-wait"),
        ("stop web-1 --force --hibernate", "stop; name web-1; --force; --hibernate"),
        ("reboot web-1 --hibernate", "--hibernate not with reboot"),
        ("terminate web-1 --force", "--force not with terminate"),
        ("find --dry-run", "--dry-run not with find"),
        ("stop web-1 --now", "left over --now"),
        ("find --all", "left over --all"),
        ("stop web-1 -dry-run", "left over -dry-run"),
        ("stop web-1 --dry-run=no", "left over --dry-run=no"),
        ("stop web-1 \"--dry-run\"", "stop; name web-1; name --dry-run"),
    ]);
}

#[test]
fn a_change_has_a_target_and_all_is_none() {
    check(&[
        ("stop", "no target stop"),
        ("stop instances", "no target stop"),
        ("stop in eu-west-1 for acme", "no target stop"),
        ("please stop", "no target stop"),
        ("check", "no target check"),
        ("stop all", "all stop"),
        ("stop ALL instances", "all stop"),
        ("stop everything", "all stop"),
        ("stop *", "all stop"),
        ("stop **", "all stop"),
        ("stop ?*", "all stop"),
        ("stop web-1 *", "all stop"),
        ("stop all in eu-west-1", "all stop"),
        ("stop all env=dev", "all stop"),
        ("stop name=*", "all stop"),
        ("stop env!=prod", "all stop"),
        ("stop region=eu-*", "all stop"),
        ("stop account=ac*", "all stop"),
        ("stop account=ac* region=eu-* env!=prod", "all stop"),
        ("stop account=acme", "no target stop"),
        ("stop account=ac* env=dev", "stop; where account=ac*; where env=dev"),
        ("stop env!=prod type=t3.micro", "stop; where env!=prod; where type=t3.micro"),
        ("stop \"*\"", "stop; name *"),
        ("stop running instances", "state stop running"),
        ("terminate stopped", "state terminate stopped"),
    ]);
}

#[test]
fn a_change_is_understood_whole_or_not_at_all() {
    check(&[
        ("stop the web-1", "left over the"),
        ("stop server web-1", "left over server"),
        ("stop start web-1", "left over start"),
        ("stop web-1 and start web-2", "left over start"),
        ("stop web-1 and", "left over and"),
        ("stop and web-1", "left over and"),
        ("stop web-1 or web-2", "left over or"),
        ("stop web-1 but not web-2", "left over but"),
        ("stop web-1 except web-2", "left over except"),
        ("stop web-1 now", "left over now"),
        ("stop web-1 tomorrow", "left over tomorrow"),
        ("stop web-1 <@U5>", "left over U5"),
        ("stop <!subteam^S5|@ops>", "left over S5"),
        ("stop <#C5|general>", "left over C5"),
        ("stop @bob", "left over @bob"),
        ("stop web-1 :pray:", "left over :pray:"),
        ("stop web-1 --", "left over --"),
        ("stop web-1 (prod)", "left over (prod)"),
        ("stop web-1; web-2", "left over web-1;"),
        ("stop bob's", "left over bob's"),
        ("stop \"\"", "left over \"\""),
        ("stop \"web 1", "left over \"web 1"),
        ("stop $(reboot)", "left over $(reboot)"),
        ("stop &lt;web-1&gt;", "left over <web-1>"),
        ("find instances not running", "left over not"),
        ("find web-1 --", "left over --"),
        ("stop web-1\nstop web-2", "many lines"),
        ("stop web-1\u{2028}web-2", "many lines"),
        ("<@UBOT>\nstop web-1\n", "stop; name web-1"),
        ("```\nstop web-1\n```", "stop; name web-1"),
    ]);
}

#[test]
fn what_is_unclear_is_never_run() {
    check(&[
        ("stpo web-1", "unclear stpo -> stop web-1"),
        ("stpo", "unclear stpo -> stop"),
        ("please stpo web-1 thanks", "unclear stpo -> stop web-1"),
        ("stat web-1", "unclear stat -> check web-1"),
        ("Strat web-1 for 2h", "unclear Strat -> start web-1 for 2h"),
        ("chekc tag:\"Cost Center\"=42", "unclear chekc -> check tag:\"Cost Center\"=42"),
        ("stpo web-1 =42", "unclear stpo web-1 =42"),
        ("stpo <@U5>", "unclear stpo U5"),
        ("stop, web-1", "stop; name web-1"),
        ("stop: web-1", "unclear stop: -> stop web-1"),
        ("*stop web-1*", "unclear *stop -> stop web-1"),
        ("*stop* web-1", "unclear *stop* -> stop web-1"),
        ("\"stop web-1\"", "unclear \"stop web-1\" -> stop web-1"),
        ("\"stop web-1\" x", "unclear \"stop web-1\" x"),
        ("web-1 stop", "unclear web-1 -> stop web-1"),
        ("web-1", "unclear web-1"),
        ("is web-1 running", "unclear is web-1 running"),
        ("ѕtор web-1", "unclear ѕtор web-1"),
        ("ѕtop web-1", "unclear ѕtop -> stop web-1"),
        ("ｓｔｏｐ web-1", "unclear ｓｔｏｐ web-1"),
        ("\u{212a}ill web-1", "unclear \u{212a}ill -> kill web-1"),
        ("st\u{200b}op web-1", "stop; name web-1"),
        ("stоp all", "unclear stоp all"),
        ("hlep", "unclear hlep -> help"),
        ("keep web-1 for 2h", "unclear keep web-1 for 2h"),
        ("undo", "unclear undo"),
        ("who stopped web-1", "unclear who stopped web-1"),
        ("policy list", "unclear policy list"),
        ("the list", "unclear the list"),
        ("do-not stop web-1", "unclear do-not stop web-1"),
        ("<@U5> stop web-1", "unclear U5 stop web-1"),
        ("I want to stop web-1", "unclear I want to stop web-1"),
        ("because stop", "unclear because stop"),
        ("shut web-1", "unclear shut -> stop web-1"),
        ("turn web-1 off", "unclear turn web-1 off"),
        ("$$$", "unclear $$$"),
    ]);
}

#[test]
fn commands_about_accounts_are_understood_whole_or_not_at_all() {
    check(&[
        ("accounts", "accounts"),
        ("account", "accounts"),
        ("ec2 ACCOUNTS, please", "accounts"),
        ("accounts list", "accounts"),
        ("account ls", "accounts"),
        ("accounts web-1", "account Action [web-1]"),
        ("accounts list web-1", "left over web-1"),
        ("account \"add\" acme 123456789012", "account Action [\"add\"]"),
        ("account stop acme", "account Action [stop]"),
        ("account check acme", "account Action [check]"),
        ("account delete acme", "account Action [delete]"),
        ("account <@U5>", "left over U5"),
        // Adding one.
        ("account add acme 123456789012", "add acme 123456789012 []"),
        ("accounts add Acme-Dev.2 123456789012", "add acme-dev.2 123456789012 []"),
        ("account add acme <tel:123456789012|123456789012>", "add acme 123456789012 []"),
        ("account add acme 123456789012 eu-west-1", "add acme 123456789012 [eu-west-1]"),
        ("account add acme 123456789012 EU-West-1,us-east-1", "add acme 123456789012 [eu-west-1+us-east-1]"),
        (
            "account add acme 123456789012 in eu-west-1, us-east-1, eu-west-1",
            "add acme 123456789012 [eu-west-1+us-east-1]",
        ),
        ("account add", "account Alias []"),
        ("account add acme", "account Number []"),
        ("account add 123456789012 acme", "account Alias [123456789012]"),
        ("account add acme 12345678901", "account Number [12345678901]"),
        ("account add acme 1234567890123", "account Number [1234567890123]"),
        ("account add acme 1234-5678-9012", "account Number [1234-5678-9012]"),
        ("account add acme １２３４５６７８９０１２", "account Number [１２３４５６７８９０１２]"),
        ("account add acme all", "account Number [all]"),
        ("account add acme, 123456789012", "account Number [, 123456789012]"),
        ("account add acme <@U5>", "account Number [U5]"),
        ("account add acme 123456789012 mars", "account Region [mars]"),
        ("account add acme 123456789012 all", "account Region [all]"),
        ("account add acme 123456789012 in", "account Region [in]"),
        ("account add acme 123456789012 eu-west-1,", "add acme 123456789012 [eu-west-1]"),
        ("account add acme 123456789012 eu-west-1,,us-east-1", "account Region [, us-east-1]"),
        ("account add acme 123456789012 ,eu-west-1", "account Region [, eu-west-1]"),
        ("account add acme 123456789012 eu-west-1 us-east-1", "left over us-east-1"),
        ("account add acme 123456789012 eu-west-1 please stop", "left over please stop"),
        ("account add acme 123456789012 because I say so", "account Region [I say so]"),
        // What an account may not be called.
        ("account add all 123456789012", "account Alias [all]"),
        ("account add 2h 123456789012", "account Alias [2h]"),
        ("account add 999999999999 123456789012", "account Alias [999999999999]"),
        ("account add in 123456789012", "account Alias [in]"),
        ("account add for 123456789012", "account Alias [for]"),
        ("account add account 123456789012", "account Alias [account]"),
        ("account add me 123456789012", "account Alias [me]"),
        ("account add please 123456789012", "account Alias [please]"),
        ("account add acme. 123456789012", "account Alias [acme.]"),
        ("account add -x 123456789012", "account Alias [-x]"),
        ("account add a#b 123456789012", "account Alias [a#b]"),
        ("account add \"a b\" 123456789012", "account Alias [a b]"),
        ("account add аcme 123456789012", "account Alias [аcme]"),
        ("account add <!subteam^S1|@ops> 123456789012", "account Alias [S1 123456789012]"),
        (
            &format!("account add {} 123456789012", "a".repeat(63)),
            &format!("add {} 123456789012 []", "a".repeat(63)),
        ),
        (&format!("account add {} 1", "a".repeat(64)), &format!("account Alias [{}…]", "a".repeat(59))),
        // Bellhop's own account is neither linked nor taken away, but has approvers.
        ("account add Home 123456789012", "account Home [home]"),
        ("account verify home", "account Home [home]"),
        ("account remove HOME", "account Home [home]"),
        ("account approvers home admins", "approvers home admins"),
        // The others.
        ("account verify acme", "verify acme"),
        ("account verify", "account Alias []"),
        ("account verify 123456789012", "account Alias [123456789012]"),
        ("account verify acme dev", "left over dev"),
        ("account verify acme --dry-run", "left over --dry-run"),
        ("account remove Acme", "remove acme"),
        ("account remove all", "account Alias [all]"),
        ("account remove acme, dev", "left over , dev"),
        ("account remove acme because it is old", "left over it is old"),
        ("account approvers acme <!subteam^S123|@ops>", "approvers acme group S123"),
        ("account approvers acme <!subteam^S123>", "approvers acme group S123"),
        ("account approvers acme ADMINS", "approvers acme admins"),
        ("account approvers acme", "account Approvers []"),
        ("account approvers acme @ops", "account Approvers [@ops]"),
        ("account approvers acme <@U5>", "account Approvers [U5]"),
        ("account approvers acme <#C5|ops>", "account Approvers [C5]"),
        ("account approvers acme S123", "account Approvers [S123]"),
        ("account approvers acme \"admins\"", "account Approvers [\"admins\"]"),
        ("account approvers acme <!here>", "account Approvers [here]"),
        ("account approvers acme admins <!subteam^S123>", "left over S123"),
        ("account approvers <!subteam^S123>", "account Alias [S123]"),
    ]);
}

#[test]
fn what_changes_the_accounts_is_never_suggested() {
    check(&[
        ("acounts", "unclear acounts -> accounts"),
        ("acc", "unclear acc -> accounts"),
        ("*accounts*", "unclear *accounts* -> accounts"),
        ("acount add acme 123456789012", "unclear acount add acme 123456789012"),
        ("acount remove acme", "unclear acount remove acme"),
        ("\"account remove acme\"", "unclear \"account remove acme\""),
        ("*account remove acme*", "unclear *account remove acme*"),
        ("count web-1", "unclear count web-1"),
        ("amount stop web-1", "unclear amount stop web-1"),
        ("remove acme", "unclear remove acme"),
        ("verify acme", "unclear verify acme"),
        ("add acme 123456789012", "unclear add acme 123456789012"),
        ("acme account", "unclear acme account"),
        ("prod-1 accounts", "unclear prod-1 accounts"),
    ]);
}

#[test]
fn other_services_are_named() {
    check(&[
        ("s3 list", "service s3"),
        ("S3", "service S3"),
        ("rds stop x", "service rds"),
        ("lambda invoke foo", "service lambda"),
        ("foo stop web-1", "service foo"),
        ("ec2 s3 list", "service s3"),
        ("ec2 stop web-1", "stop; name web-1"),
        ("stpo stop web-1", "unclear stpo stop web-1"),
    ]);
}

#[test]
fn limits_hold() {
    check(&[
        (&"x".repeat(40_000), "too long 1000"),
        (&"please ".repeat(6_000), "too long 1000"),
        (&"<".repeat(40_000), "too long 1000"),
        (&"&".repeat(40_000), "too long 1000"),
        (&format!("stop {}", "i-0123456789abcdef0 ".repeat(500)), "too long 1000"),
        (&"\u{200b}".repeat(40_000), "empty"),
        (&format!("stop {}", "' ".repeat(490)), "left over ' '"),
        (&format!("stop {}", "\"a b\"".repeat(190)), &format!("stop; name {}", "a b".repeat(190))),
    ]);
    let many = |count: usize| (0..count).fold(String::new(), |text, n| text + " w" + &n.to_string());
    assert_eq!(shown(&read(&format!("stop{}", many(26)))), "too many stop 26/25");
    assert!(matches!(read(&format!("stop{}", many(25))), Parsed::Command(_)));
    // A link counts as what the person sees of it.
    let link = format!("check <http://{}|web-1>", "a".repeat(2_000));
    assert_eq!(shown(&read(&link)), "check; name web-1");
}

#[test]
fn excerpts_are_short_and_suggestions_never_cut() {
    let long = "é".repeat(200);
    let Parsed::Refused(Refusal::LeftOver { text }) = read(&format!("stop ({long}")) else {
        panic!("no left-over")
    };
    assert_eq!(text.chars().count(), MAX_EXCERPT);
    let Parsed::Refused(Refusal::Unclear { word, suggestion }) = read(&format!("stpo {long}")) else {
        panic!("not unclear")
    };
    assert_eq!((word.chars().count(), suggestion), (MAX_EXCERPT, None));
}

#[test]
fn without_a_known_bot_no_mention_is_left_out() {
    assert_eq!(shown(&parse("stop web-1", None)), "stop; name web-1");
    assert_eq!(shown(&parse("<@UBOT> stop web-1", None)), "unclear UBOT stop web-1");
}

#[test]
fn harm_and_limits_follow_the_tier() {
    for (verb, tier, limit) in [
        (Verb::Find, 0, None),
        (Verb::Check, 0, None),
        (Verb::Start, 1, Some(20)),
        (Verb::Stop, 2, Some(10)),
        (Verb::Reboot, 2, Some(10)),
        (Verb::Restart, 2, Some(10)),
        (Verb::Terminate, 3, Some(1)),
        (Verb::Kill, 3, Some(1)),
    ] {
        assert_eq!(
            (verb.tier().level(), verb.max_targets(), verb.is_change()),
            (tier, limit, tier > 0),
            "{verb}"
        );
    }
}

#[test]
fn no_word_names_two_verbs() {
    let mut words: Vec<&str> = Verb::ALL.into_iter().flat_map(Verb::words).collect();
    let count = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), count);
    assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
}

fn command(text: &str) -> Command {
    match read(text) {
        Parsed::Command(command) => command,
        other => panic!("{text}: {other:?}"),
    }
}

fn name(name: &str) -> Target {
    Target::Name(name.to_owned())
}

#[test]
fn another_target_changes_nothing_else() {
    for (text, rewritten) in [
        ("stop web-9", "stop web-1"),
        ("please HALT \"web-9\" --dry-run", "stop web-1 --dry-run"),
        ("shut down web-9 —force --no-wait", "stop web-1 --force --no-wait"),
        ("stop web-9 --hibernate", "stop web-1 --hibernate"),
        ("stop web-9 in us-east-1 and eu-west-1", "stop web-1 in us-east-1,eu-west-1"),
        ("stop web-9 in all regions for all accounts", "stop web-1 in all for all"),
        ("stop web-9 for account 123456789012", "stop web-1 for 123456789012"),
        (
            "stop web-9 for Acme because it's \"old\", bob's &amp; mine",
            "stop web-1 for acme because \"it's \"old\", bob's & mine\"",
        ),
        ("stop web-9 because \"\"quoted\"\"", "stop web-1 because \"\"quoted\"\""),
        ("check running web-9", "check web-1 running"),
        ("stop web-9 tag:\"A b\"=c age&gt;7d", "stop web-1 tag:\"A b\"=c age>7d"),
        ("find web9-*", "find web-1"),
        ("kill web-9 --dry-run", "kill web-1 --dry-run"),
    ] {
        assert_eq!(command(text).with_target(name("web-1")).as_deref(), Some(rewritten), "{text}");
    }
}

#[test]
fn what_cannot_be_said_again_is_not_said() {
    for text in [
        "stop web-8 web-9",
        "stop tag:Env=dev",
        "find",
        "stop web-9 for 2h",
        "stop web-9 at 18:00",
        "stop web-9 until fri 18:00 UTC",
        "stop web-9 tag:X=\"a*\"",
    ] {
        assert_eq!(command(text).with_target(name("web-1")), None, "{text}");
    }
}

#[test]
fn any_name_is_said_exactly_or_not_at_all() {
    for (asked, rewritten) in [
        ("web 1", Some("stop \"web 1\" --dry-run")),
        (" web  1 ", Some("stop \" web  1 \" --dry-run")),
        ("it's", Some("stop \"it's\" --dry-run")),
        ("5\" disk", Some("stop '5\" disk' --dry-run")),
        ("5\" bob's", None),
        ("web-*", Some("stop \"web-*\" --dry-run")),
        ("a\\b", Some("stop \"a\\b\" --dry-run")),
        ("a,b", Some("stop \"a,b\" --dry-run")),
        ("tag:Env=dev", Some("stop \"tag:Env=dev\" --dry-run")),
        ("--dry-run", Some("stop \"--dry-run\" --dry-run")),
        ("--force", Some("stop \"--force\" --dry-run")),
        ("#2", Some("stop \"#2\" --dry-run")),
        ("this", Some("stop \"this\" --dry-run")),
        ("all", Some("stop \"all\" --dry-run")),
        ("because", Some("stop \"because\" --dry-run")),
        ("in", Some("stop \"in\" --dry-run")),
        ("help", Some("stop \"help\" --dry-run")),
        ("down", Some("stop \"down\" --dry-run")),
        ("running", Some("stop \"running\" --dry-run")),
        ("eu-west-1", Some("stop eu-west-1 --dry-run")),
        ("web.", Some("stop web. --dry-run")),
        ("<!channel>", Some("stop \"<!channel>\" --dry-run")),
        ("<@UBOT>", Some("stop \"<@UBOT>\" --dry-run")),
        ("&lt;", Some("stop \"&lt;\" --dry-run")),
        ("🦀", Some("stop \"🦀\" --dry-run")),
        ("i-12345678", None),
        ("10.0.0.1", None),
        ("a`b", None),
        ("“a”", None),
        ("a–b", None),
        ("a\nb", None),
        ("a\tb", None),
        ("web\u{200b}-1", None),
        ("👍\u{fe0f}", None),
        (" ", None),
        ("", None),
    ] {
        assert_eq!(
            command("stop web-9 --dry-run").with_target(name(asked)).as_deref(),
            rewritten,
            "{asked:?}"
        );
    }
    let long = "w".repeat(255);
    assert_eq!(command("stop x").with_target(name(&long)), Some(format!("stop {long}")));
    assert_eq!(command("stop x").with_target(name(&"w".repeat(996))), None);
}

#[test]
fn several_instances_are_said_in_one_command() {
    let id = |digit: usize| Target::Id(InstanceId::parse(&format!("i-{digit:017x}")).unwrap());
    let targets = |count| Command { targets: (0..count).map(id).collect(), ..Command::new(Verb::Start) };
    assert_eq!(targets(2).written().as_deref(), Some("start i-00000000000000000 i-00000000000000001"));
    assert!(targets(25).written().is_some());
    assert_eq!(targets(26).written(), None);
    assert_eq!(targets(0).written(), None);
}
