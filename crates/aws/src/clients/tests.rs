//! Where services are, held to what the SDK says.

use aws_sdk_dynamodb::config::endpoint as dynamodb;
use aws_sdk_dynamodb::config::endpoint::ResolveEndpoint as _;
use aws_sdk_lambda::config::endpoint as lambda;
use aws_sdk_lambda::config::endpoint::ResolveEndpoint as _;

use super::Service;

async fn by_the_sdk(service: Service, region: &str) -> String {
    match service {
        Service::DynamoDb => {
            let params = dynamodb::Params::builder().region(region).build().unwrap();
            let resolved = dynamodb::DefaultResolver::new().resolve_endpoint(&params).await;
            resolved.unwrap().url().to_owned()
        }
        Service::Lambda => {
            let params = lambda::Params::builder().region(region).build().unwrap();
            let resolved = lambda::DefaultResolver::new().resolve_endpoint(&params).await;
            resolved.unwrap().url().to_owned()
        }
    }
}

#[tokio::test]
async fn connections_go_where_the_sdk_will_go() {
    for region in
        ["eu-west-1", "us-east-1", "ap-southeast-5", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"]
    {
        for service in [Service::DynamoDb, Service::Lambda] {
            let url = service.url(region).unwrap();
            let (sdk, ours) = (by_the_sdk(service, region).await, url.to_string());
            assert_eq!(ours.trim_end_matches('/'), sdk.trim_end_matches('/'));
        }
    }
}

#[test]
fn where_the_name_is_not_known_nothing_is_connected() {
    for region in ["us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "not a region"] {
        assert_eq!(Service::DynamoDb.url(region), None, "{region}");
    }
}
