//! AWS's own protection of instances.

use std::collections::BTreeMap;
use std::sync::Mutex;

use app::ports::Protection;

use super::*;

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html>
fn attribute(id: &str, inner: &str) -> Step {
    Step::Answer(
        200,
        format!(
            "<DescribeInstanceAttributeResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
             <requestId>59dbff89</requestId><instanceId>{id}</instanceId>{inner}</DescribeInstanceAttributeResponse>"
        ),
    )
}

fn told(request: &server::Seen, on: bool) -> Step {
    let name = request.field("Attribute").unwrap();
    attribute(&request.field("InstanceId").unwrap(), &format!("<{name}><value>{on}</value></{name}>"))
}

#[tokio::test]
async fn each_attribute_is_asked_for_by_itself() {
    let server = Server::by(|request| {
        let one = request.field("InstanceId").as_deref() == Some(ONE);
        told(request, one == (request.field("Attribute").as_deref() == Some("disableApiStop")))
    })
    .await;
    let found = client(&server.endpoint, None).protection(&home(), &ids(&[ONE, TWO, ONE])).await.unwrap();
    let of = |id: &str, stop, terminate| (InstanceId::parse(id).unwrap(), Protection { stop, terminate });
    assert_eq!(found, [of(ONE, true, false), of(TWO, false, true)]);
    let seen = server.seen();
    assert_eq!(seen.len(), 4);
    let first = seen.iter().find(|request| request.field("InstanceId").as_deref() == Some(ONE)).unwrap();
    let expected = [
        ("Action", "DescribeInstanceAttribute"),
        ("Version", "2016-11-15"),
        ("InstanceId", ONE),
        ("Attribute", "disableApiStop"),
    ];
    assert_eq!(first.fields(), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn an_instance_that_is_not_there_is_left_out() {
    let server = Server::by(|request| match request.field("InstanceId").as_deref() {
        Some(ONE) => error(400, "InvalidInstanceID.NotFound", "The instance ID does not exist"),
        _ => told(request, true),
    })
    .await;
    let client = client(&server.endpoint, None);
    let found = client.protection(&home(), &ids(&[ONE, TWO])).await.unwrap();
    assert_eq!(found.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), ids(&[TWO]));
    assert_eq!(client.protection(&home(), &[]).await.unwrap(), []);
}

#[tokio::test]
async fn what_does_not_tell_is_not_taken_for_unprotected() {
    for inner in [
        "",
        "<disableApiStop/><disableApiTermination/>",
        "<disableApiStop><value/></disableApiStop>",
        "<disableApiStop><value>maybe</value></disableApiStop>",
        "<disableApiTermination><value>false</value></disableApiTermination>",
    ] {
        let server = Server::by(move |_| attribute(ONE, inner)).await;
        let told = client(&server.endpoint, None).protection(&home(), &ids(&[ONE])).await;
        assert!(matches!(told, Err(InstancesError::Busy(_))), "{inner}: {told:?}");
    }
    let both = "<disableApiStop><value>false</value></disableApiStop>\
                <disableApiTermination><value>false</value></disableApiTermination>";
    let server = Server::by(move |_| attribute(TWO, both)).await;
    let told = client(&server.endpoint, None).protection(&home(), &ids(&[ONE])).await;
    assert!(matches!(told, Err(InstancesError::Busy(_))), "another instance: {told:?}");
}

#[tokio::test]
async fn one_refusal_refuses_the_question() {
    let server = Server::by(|request| match request.field("InstanceId").as_deref() {
        Some(TWO) => error(403, "UnauthorizedOperation", "no"),
        _ => told(request, false),
    })
    .await;
    let told = client(&server.endpoint, None).protection(&home(), &ids(&[ONE, TWO])).await.unwrap_err();
    let expected = "ec2:DescribeInstanceAttribute is not allowed (request ea966190-f9aa-478e-9ede-example)";
    assert_eq!(told.to_string(), expected);
}

#[tokio::test]
async fn many_are_asked_for_a_few_at_a_time() {
    let over = Arc::new(tokio::sync::Semaphore::new(0));
    let (gate, open) = (over.clone(), Arc::new(Mutex::new(BTreeMap::<String, usize>::new())));
    let noted = open.clone();
    let server = Server::by(move |request| {
        *noted.lock().unwrap().entry(request.field("InstanceId").unwrap()).or_default() += 1;
        let Step::Answer(status, body) = told(request, false) else { unreachable!("it is an answer") };
        Step::Later(gate.clone(), status, body)
    })
    .await;
    let names: Vec<String> = (0..25).map(|number| format!("i-{number:017x}")).collect();
    let many = ids(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let client = client(&server.endpoint, None);
    let place = home();
    let asking = client.protection(&place, &many);
    let opening = async {
        while open.lock().unwrap().len() < 5 {
            tokio::task::yield_now().await;
        }
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let first = open.lock().unwrap().len();
        over.add_permits(50);
        first
    };
    let (found, first) = tokio::join!(asking, opening);
    assert_eq!((found.unwrap().len(), first), (25, 5));
}
