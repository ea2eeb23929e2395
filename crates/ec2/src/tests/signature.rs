//! The signature, computed once more from the documentation rather than by the
//! crate that made it.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::*;

fn hmac(key: &[u8], data: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(data.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[tokio::test]
async fn a_request_is_signed_for_its_region_as_documented() {
    let server = Server::new([reads::page("", None)]).await;
    let what = Describe { ids: ids(&[ONE]), filters: vec![("tag:Name".into(), vec!["wéb *".into()])] };
    client(&server.endpoint, None).describe(&home_in("ap-southeast-2"), &what).await.unwrap();
    let request = server.seen().remove(0);
    assert_eq!(request.line, "POST / HTTP/1.1");
    assert_eq!(request.header("content-type"), "application/x-www-form-urlencoded; charset=utf-8");
    assert_eq!(request.header("x-amz-security-token"), "session");
    assert_eq!(format!("http://{}", request.header("host")), server.endpoint);

    let stamp = request.header("x-amz-date");
    let (date, _) = stamp.split_once('T').unwrap();
    let scope = format!("{date}/ap-southeast-2/ec2/aws4_request");
    let authorization = request.header("authorization");
    let (given, signature) = authorization.rsplit_once("Signature=").unwrap();
    let signed = given.split("SignedHeaders=").nth(1).unwrap().trim_end_matches(", ");
    assert!(given.starts_with(&format!("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, ")), "{given}");
    for needed in ["content-type", "host", "x-amz-date", "x-amz-security-token"] {
        assert!(signed.split(';').any(|name| name == needed), "{signed}");
    }

    let lines: Vec<_> = signed.split(';').map(|name| format!("{name}:{}\n", request.header(name))).collect();
    let canonical = lines.concat();
    let hash = hex::encode(Sha256::digest(&request.body));
    let canonical = format!("POST\n/\n\n{canonical}\n{signed}\n{hash}");
    let hash = hex::encode(Sha256::digest(canonical));
    let text = format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hash}");
    let key = ["ap-southeast-2", "ec2", "aws4_request"]
        .iter()
        .fold(hmac(b"AWS4secretkey", date), |key, part| hmac(&key, part));
    assert_eq!(signature, hex::encode(hmac(&key, &text)));
}
