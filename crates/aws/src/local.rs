//! What tests share: a configuration for a server on this machine, and a
//! server that takes a few requests.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The app's own HTTP client, pointed at `endpoint`.
pub(crate) fn config(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new("AKIDTEST", "secret", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("eu-west-1"))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(crate::clients::https_client().unwrap())
        .build()
}

/// Answers one request with `status` and `body`; gives the configuration to
/// reach it by, and the head (in lower case) and body that came.
pub(crate) async fn one_request(
    status: u16,
    body: &'static str,
) -> (SdkConfig, JoinHandle<(String, String)>) {
    let (config, serving) = requests(vec![(status, body.to_owned())]).await;
    (config, tokio::spawn(async move { serving.await.unwrap().remove(0) }))
}

/// Answers as many requests, one after the other, with these statuses and bodies.
pub(crate) async fn requests(answers: Vec<(u16, String)>) -> (SdkConfig, JoinHandle<Vec<(String, String)>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = config(&format!("http://{}", listener.local_addr().unwrap()));
    let serving = tokio::spawn(async move {
        let mut came = Vec::new();
        for (status, body) in answers {
            let mut stream = BufReader::new(listener.accept().await.unwrap().0);
            came.push(request(&mut stream).await);
            let length = body.len();
            let answer =
                format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        came
    });
    (config, serving)
}

/// One request: its head in lower case, and its body.
async fn request(stream: &mut BufReader<TcpStream>) -> (String, String) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).await.unwrap(), 0, "the head broke off");
    }
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    (head, String::from_utf8(body).unwrap())
}
