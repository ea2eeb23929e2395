//! Which instances have encrypted volumes.

use super::*;

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html>
fn volumes(attached: &[(&str, bool)], token: &str) -> Step {
    let item = |(id, encrypted): &(&str, bool)| {
        format!(
            "<item><volumeId>vol-1</volumeId><size>80</size><status>in-use</status><attachmentSet><item>\
             <volumeId>vol-1</volumeId><instanceId>{id}</instanceId><device>/dev/sda1</device>\
             <status>attached</status></item></attachmentSet><encrypted>{encrypted}</encrypted></item>"
        )
    };
    let items: String = attached.iter().map(item).collect();
    Step::Answer(
        200,
        format!(
            "<DescribeVolumesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>x</requestId>\
             <volumeSet>{items}</volumeSet><nextToken>{token}</nextToken></DescribeVolumesResponse>"
        ),
    )
}

#[tokio::test]
async fn instances_with_encrypted_volumes_are_found_over_all_pages() {
    let pages =
        [volumes(&[(TWO, true), (ONE, false)], "next"), volumes(&[(TWO, true), ("i-00000009", true)], "")];
    let server = Server::new(pages).await;
    let found = client(&server.endpoint, None).encrypted(&home(), &ids(&[ONE, TWO, ONE])).await.unwrap();
    assert_eq!(found, ids(&[TWO]));
    let seen = server.seen();
    let fields = [
        ("Action", "DescribeVolumes"),
        ("Version", "2016-11-15"),
        ("MaxResults", "500"),
        ("Filter.1.Name", "attachment.instance-id"),
        ("Filter.1.Value.1", ONE),
        ("Filter.1.Value.2", TWO),
        ("Filter.2.Name", "encrypted"),
        ("Filter.2.Value.1", "true"),
    ];
    assert_eq!(seen[0].fields(), fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(seen[1].field("NextToken").as_deref(), Some("next"));
}

#[tokio::test]
async fn an_answer_without_volumes_is_not_taken_for_none() {
    let server = Server::new([Step::Answer(200, "<html>Welcome</html>".into())]).await;
    let mut client = client(&server.endpoint, None);
    client.retry.looks = 1;
    let told = client.encrypted(&home(), &ids(&[ONE])).await;
    assert!(matches!(told, Err(InstancesError::Busy(_))), "{told:?}");
}
