//! What was understood, in the short form in which the rows say it.

use super::*;
use crate::approvers::ApproverRef;

pub(super) fn shown(parsed: &Parsed) -> String {
    match parsed {
        Parsed::Empty => "empty".to_owned(),
        Parsed::Help(None) => "help".to_owned(),
        Parsed::Help(Some(topic)) => format!("help {topic:?}"),
        Parsed::Version => "version".to_owned(),
        Parsed::Command(command) => shown_command(command),
        Parsed::Accounts(command) => shown_accounts(command),
        Parsed::Settings(command) => shown_settings(command),
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
        (command.flags.new_host, "--new-host"),
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
        AccountsCommand::Approvers { alias, approvers } => {
            let each = approvers.iter().map(|approver| match approver {
                ApproverRef::Admins => "admins".to_owned(),
                ApproverRef::Group(group) => format!("group {group}"),
                ApproverRef::Person(person) => format!("person {person}"),
            });
            format!("approvers {alias} {}", each.collect::<Vec<_>>().join("+"))
        }
    }
}

fn shown_settings(command: &SettingsCommand) -> String {
    let place = |channel: &Where| match channel {
        Where::Here => "here".to_owned(),
        Where::Channel(channel) => channel.to_string(),
    };
    let whose = |account: &Option<crate::ids::Alias>| {
        account.as_ref().map(|alias| format!(" for {alias}")).unwrap_or_default()
    };
    match command {
        SettingsCommand::ShowLog => "log".to_owned(),
        SettingsCommand::Log { channel, account } => format!("log {}{}", place(channel), whose(account)),
        SettingsCommand::LogOff { account } => format!("log off{}", whose(account)),
        SettingsCommand::ShowShared => "share".to_owned(),
        SettingsCommand::Share { channel, on } => {
            format!("share {} {}", place(channel), if *on { "on" } else { "off" })
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
        Refusal::PerhapsBold { word, plain, pattern } => {
            let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            format!("bold {word} -> {} | {}", said(plain), said(pattern))
        }
        Refusal::TooLong { limit } => format!("too long {limit}"),
        Refusal::ManyLines => "many lines".to_owned(),
        Refusal::TooManyTargets { verb, count, limit } => format!("too many {verb} {count}/{limit}"),
        Refusal::AllIsNoTarget { verb } => format!("all {verb}"),
        Refusal::StateNeedsFind { verb, state } => format!("state {verb} {state}"),
        Refusal::BrokenFilter { text, fault } => format!("{fault:?} {text}"),
        Refusal::BrokenClause { clause, text } => format!("broken {} [{text}]", clause.as_str()),
        Refusal::RepeatedClause { clause } => format!("twice {}", clause.as_str()),
        Refusal::NotWithVerb { clause, verb } => format!("{} not with {verb}", clause.as_str()),
        Refusal::BrokenSetting { text, fault } => format!("setting {fault:?} [{text}]"),
        Refusal::BrokenAccount { text, fault } => format!("account {fault:?} [{text}]"),
    }
}
