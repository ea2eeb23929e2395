//! Whose credentials are used, and where: what the AWS CLI would use.

use anyhow::Context as _;
use aws_config::{BehaviorVersion, Region, SdkConfig};

/// Credentials from the environment, a profile, single sign-on or a role.
///
/// # Errors
/// If no region is known.
pub(crate) async fn open(region: Option<String>) -> anyhow::Result<SdkConfig> {
    let loader =
        aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(aws::clients::https_client()?);
    let loader = match region {
        Some(region) => loader.region(Region::new(region)),
        None => loader,
    };
    let config = loader.load().await;
    config
        .region()
        .context("no region is known: --region eu-west-1, or aws configure set region eu-west-1")?;
    Ok(config)
}
