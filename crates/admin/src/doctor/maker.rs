//! Which tool made the stack, so that cures name it: functions carry tags of CloudFormation
//! that tell. SAM adds one of its own; `osls` and `serverless` give functions logical ids
//! that end in `LambdaFunction`.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html>

use std::collections::HashMap;

use aws_config::SdkConfig;
use aws_sdk_lambda::operation::list_tags::ListTagsError;

use super::Place;
use super::functions::names;
use super::report::Report;
use crate::trouble::Trouble;

/// SAM's own tag.
const CREATED_BY: &str = "lambda:createdBy";
/// CloudFormation's, on whatever it makes.
const LOGICAL_ID: &str = "aws:cloudformation:logical-id";
/// How logical ids of functions end that `osls` and `serverless` make.
const OF_OSLS: &str = "LambdaFunction";

/// The tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Maker {
    Sam,
    Osls,
    Unknown,
}

/// Asks the first function that is there. `caller` is the ARN of whoever asks: its
/// partition and account are the functions'.
pub(super) async fn find(config: &SdkConfig, caller: &str, place: &Place, report: &mut Report) -> Maker {
    let client = aws::clients::lambda(config);
    let mut parts = caller.split(':').skip(1);
    let (partition, account) = (parts.next().unwrap_or("aws"), parts.nth(2).unwrap_or_default());
    let region = config.region().map_or("", |region| region.as_ref());
    for name in names() {
        let name = place.function(name);
        let arn = format!("arn:{partition}:lambda:{region}:{account}:function:{name}");
        match client.list_tags().resource(arn).send().await {
            Ok(answer) => {
                let maker = of(&answer.tags.unwrap_or_default());
                match maker {
                    Maker::Sam => report.ok("deployed by", "SAM"),
                    Maker::Osls => report.ok("deployed by", "osls or serverless"),
                    Maker::Unknown => {
                        report
                            .skipped("deployed by", "the functions have no tags of SAM, osls or serverless");
                    }
                }
                return maker;
            }
            // That one is missing; the next may be there.
            Err(error)
                if error.as_service_error().is_some_and(ListTagsError::is_resource_not_found_exception) => {}
            Err(error) => {
                let trouble = Trouble::of(&error, "lambda:ListTags");
                report.wrong("deployed by", &trouble);
                return Maker::Unknown;
            }
        }
    }
    report.skipped("deployed by", "there is no function that could tell");
    Maker::Unknown
}

fn of(tags: &HashMap<String, String>) -> Maker {
    if tags.get(CREATED_BY).is_some_and(|by| by == "SAM") {
        return Maker::Sam;
    }
    if tags.get(LOGICAL_ID).is_some_and(|id| id.ends_with(OF_OSLS)) {
        return Maker::Osls;
    }
    Maker::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_tell_the_tool() {
        let check = |tags: &[(&str, &str)], expected| {
            let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            assert_eq!(of(&tags), expected, "{tags:?}");
        };
        check(&[(CREATED_BY, "SAM"), (LOGICAL_ID, "Ec2")], Maker::Sam);
        check(&[("STAGE", "prod"), (LOGICAL_ID, "Ec2LambdaFunction")], Maker::Osls);
        check(&[(LOGICAL_ID, "Ec2")], Maker::Unknown);
        check(&[], Maker::Unknown);
    }
}
