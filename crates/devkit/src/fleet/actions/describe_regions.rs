//! `DescribeRegions`
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html>

use domain::ids::Region;

use super::super::refusal::Refusal;
use super::super::state::State;
use super::Asked;

/// Regions that exist although no account of the fleet has turned them on.
const NOT_OPTED_IN: [&str; 3] = ["af-south-1", "ap-east-1", "me-south-1"];

pub(super) fn answer(state: &mut State, asked: &Asked<'_>) -> Result<String, Refusal> {
    asked.params.only(&["RegionName.", "AllRegions"])?;
    let wanted = asked.params.list("RegionName.")?;
    let all = asked.params.flag("AllRegions")?;
    asked.authorize(state, &[])?;
    asked.unless_dry_run()?;

    let mut regions: Vec<(String, &str)> = state
        .world
        .regions(asked.account)
        .iter()
        .map(Region::to_string)
        .map(|region| (region, "opt-in-not-required"))
        .collect();
    if all {
        let absent = |name: &&str| !regions.iter().any(|(region, _)| region == name);
        let others: Vec<_> = NOT_OPTED_IN.into_iter().filter(absent).collect();
        regions.extend(others.into_iter().map(|name| (name.to_owned(), "not-opted-in")));
    }
    if let Some(unknown) = wanted.iter().find(|name| !regions.iter().any(|(region, _)| region == *name)) {
        return Err(Refusal::invalid_value(format!("Invalid region: {unknown}")));
    }
    regions.retain(|(region, _)| wanted.is_empty() || wanted.contains(&region.as_str()));
    Ok(asked.document(|xml| {
        xml.items("regionInfo", regions, |xml, (region, opt_in)| {
            xml.text("regionName", &region);
            xml.text("regionEndpoint", format!("ec2.{region}.amazonaws.com"));
            xml.text("optInStatus", opt_in);
        });
    }))
}
