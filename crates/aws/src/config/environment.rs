//! How each function reads what it is told.

use super::read::Reader;
use super::{
    Commands, ConfigError, DEFAULT_SMMRY_API_URL, Ec2, Environment, Events, Install, Interactions, Lookup,
    Standup, Sweeper, Text,
};
use crate::scheduler::Place;

impl Environment for Install {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            installations_table: reader.required("INSTALLATIONS_TABLE")?,
            oauth_states_table: reader.required("OAUTH_STATES_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            slack_api_url: reader.slack_api_url()?,
            public_url: reader.url("PUBLIC_URL")?,
        })
    }
}

impl Environment for Events {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            installations_table: reader.required("INSTALLATIONS_TABLE")?,
            jobs_table: reader.required("JOBS_TABLE")?,
            standups_table: reader.required("STANDUPS_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            workers: vec![reader.ec2()?, reader.standup()?],
        })
    }
}

impl Environment for Commands {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            installations_table: reader.required("INSTALLATIONS_TABLE")?,
            jobs_table: reader.required("JOBS_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            workers: reader.workers()?,
            slack_api_url: reader.slack_api_url()?,
        })
    }
}

impl Environment for Interactions {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            installations_table: reader.required("INSTALLATIONS_TABLE")?,
            jobs_table: reader.required("JOBS_TABLE")?,
            standups_table: reader.required("STANDUPS_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            workers: reader.workers()?,
            slack_api_url: reader.slack_api_url()?,
        })
    }
}

impl Environment for Text {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            jobs_table: reader.required("JOBS_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            slack_api_url: reader.slack_api_url()?,
            smmry_api_url: reader.url("SMMRY_API_URL")?.unwrap_or_else(|| DEFAULT_SMMRY_API_URL.to_owned()),
            fetch_hosts: reader.fetch_hosts()?,
        })
    }
}

impl Environment for Ec2 {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            installations_table: reader.required("INSTALLATIONS_TABLE")?,
            jobs_table: reader.required("JOBS_TABLE")?,
            accounts_table: reader.required("ACCOUNTS_TABLE")?,
            instances_table: reader.required("INSTANCES_TABLE")?,
            audit_table: reader.required("AUDIT_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            home: reader.home()?,
            home_teams: reader.home_teams()?,
            managed_tag: reader.managed_tag()?,
            slack_api_url: reader.slack_api_url()?,
        })
    }
}

impl Environment for Standup {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            installations_table: reader.required("INSTALLATIONS_TABLE")?,
            jobs_table: reader.required("JOBS_TABLE")?,
            standups_table: reader.required("STANDUPS_TABLE")?,
            instances_table: reader.required("INSTANCES_TABLE")?,
            audit_table: reader.required("AUDIT_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            home_teams: reader.home_teams()?,
            slack_api_url: reader.slack_api_url()?,
            schedules: Place {
                group: reader.required("SCHEDULE_GROUP")?,
                target: reader.arn("SCHEDULE_TARGET_ARN")?,
                role: reader.arn("SCHEDULE_ROLE_ARN")?,
                dead_letters: reader.arn("SCHEDULE_DEAD_LETTERS_ARN")?,
            },
        })
    }
}

impl Environment for Sweeper {
    fn read(lookup: Lookup<'_>) -> Result<Self, ConfigError> {
        let reader = Reader::new(lookup);
        Ok(Self {
            installations_table: reader.required("INSTALLATIONS_TABLE")?,
            jobs_table: reader.required("JOBS_TABLE")?,
            ssm_prefix: reader.ssm_prefix()?,
            workers: reader.workers()?,
            slack_api_url: reader.slack_api_url()?,
        })
    }
}
