//! What can be typed.

use clap::{Args, Parser, Subcommand};

/// The rights that the doctor needs; shown by its help, and by `docs/operations.md`.
const DOCTORS_RIGHTS: &str = "\
The doctor changes nothing. It needs these rights (IAM actions):
  lambda:GetFunctionConfiguration, lambda:GetFunctionEventInvokeConfig, lambda:GetPolicy,
  lambda:ListTags, lambda:InvokeFunction
      on the functions <stack>-*; it invokes them to ask for their version
  events:DescribeRule, events:ListRuleNamesByTarget on the rules of the stack
  scheduler:GetScheduleGroup, scheduler:ListSchedules, scheduler:GetSchedule on <stack>-standups
  iam:GetRole, iam:SimulatePrincipalPolicy on the role by which schedules wake the standup
  ssm:GetParameters on /bellhop/<stage>/*, and kms:Decrypt if they are under a key of your own
  dynamodb:DescribeTable, dynamodb:DescribeTimeToLive, dynamodb:DescribeContinuousBackups
      on the tables; dynamodb:Scan and dynamodb:GetItem on the table of installations
sts:GetCallerIdentity needs none. No line shows a secret.";

/// What `secrets` needs.
const SECRETS_RIGHTS: &str = "\
Values are asked for and not shown. If standard input is no terminal, each is one line of it.
Needs ssm:PutParameter, ssm:GetParameter and ssm:DeleteParameter on /bellhop/<stage>/*; reseal and
retire also lambda:GetFunctionConfiguration on the function <stack>-install and dynamodb:Scan on the
table of installations, and reseal dynamodb:GetItem and dynamodb:UpdateItem there.";

/// Looks after a deployment of Bellhop.
#[derive(Debug, Parser)]
#[command(name = "admin", bin_name = "cargo admin", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Asks for the Slack app's secrets, makes the token keys, and writes them to SSM
    #[command(after_long_help = SECRETS_RIGHTS)]
    Secrets(Secrets),
    /// Prints the Slack app's manifest for a public URL
    Manifest {
        /// The deployment's address: the stack's output Url, or your own domain
        #[arg(long)]
        url: String,
    },
    /// Checks a deployment, and says what mends what is wrong
    #[command(after_long_help = DOCTORS_RIGHTS, after_help = "--help lists the IAM rights it needs.")]
    Doctor(Doctor),
}

/// Which deployment.
#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The stage: the last part of the parameters' path /bellhop/STAGE
    #[arg(long, global = true, default_value = "prod", value_parser = stage)]
    pub(crate) stage: String,
    /// The region; otherwise that of `AWS_REGION` or of the profile
    #[arg(long, global = true)]
    pub(crate) region: Option<String>,
}

impl Place {
    /// Where the parameters are.
    pub(crate) fn prefix(&self) -> String {
        format!("/bellhop/{}", self.stage)
    }
}

#[derive(Args, Debug)]
pub(crate) struct Secrets {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) change: Option<Change>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Change {
    /// Replaces a secret without a gap
    #[command(subcommand)]
    Rotate(Rotate),
    /// Removes the signing secret that was valid before the last rotation
    ForgetPrevious,
    /// Seals every stored bot token with the current token key; may be run again at any time
    Reseal(Stack),
    /// Removes the token keys before the current one, if nothing is sealed with them any more
    Retire(Stack),
}

/// Whose table of installations.
#[derive(Args, Debug)]
pub(crate) struct Stack {
    /// The stack's name, with which the functions' names begin
    #[arg(long, default_value = "bellhop")]
    pub(crate) stack: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rotate {
    /// Asks for the new signing secret; the one before stays valid beside it
    Signing,
    /// First run: adds a key. Half an hour later, second run: seals with it. Old keys stay
    TokenKeys {
        /// Seals with the new key at once: for up to half an hour, functions that do not have it
        /// yet cannot speak to workspaces that install the app in that time
        #[arg(long)]
        at_once: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The stack's name, with which the functions' names begin
    #[arg(long, default_value = "bellhop")]
    pub(crate) stack: String,
    /// The public address; otherwise the `PUBLIC_URL` that the functions are told
    #[arg(long)]
    pub(crate) url: Option<String>,
}

/// The template's pattern for a stage.
fn stage(text: &str) -> Result<String, String> {
    let right = (1..=16).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let refusal = "a stage is a lower-case letter and up to 15 more letters, digits or hyphens";
    if right { Ok(text.to_owned()) } else { Err(refusal.to_owned()) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_stage_is_as_in_the_template() {
        for (text, right) in [
            ("prod", true),
            ("a-1", true),
            ("", false),
            ("1a", false),
            ("Prod", false),
            ("a/b", false),
            ("abcdefghijklmnopq", false),
        ] {
            assert_eq!(stage(text).is_ok(), right, "{text}");
        }
    }

    #[test]
    fn the_stage_may_stand_behind_the_change() {
        let cli = Cli::try_parse_from(["admin", "secrets", "rotate", "signing", "--stage", "dev"]).unwrap();
        assert!(
            matches!(cli.command, Command::Secrets(Secrets { place, .. }) if place.prefix() == "/bellhop/dev")
        );
    }
}
