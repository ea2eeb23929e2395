//! A server that answers every request with one parameter, over http and over https.

use std::net::TcpListener as StdListener;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls_pki_types::PrivateKeyDer;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// What it answers.
const PARAMETER: &str =
    r#"{"Parameters":[{"Name":"/bellhop/bench","Type":"SecureString","Value":"v","Version":1}]}"#;

/// Where it listens, and the root of its certificate (PEM).
pub(crate) struct Served {
    pub(crate) plain_port: u16,
    pub(crate) tls_port: u16,
    pub(crate) root: String,
}

/// Starts it on a thread of its own, for as long as the program runs.
pub(crate) fn start() -> anyhow::Result<Served> {
    let (root, config) = certified()?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (plain, tls) = (StdListener::bind("127.0.0.1:0")?, StdListener::bind("127.0.0.1:0")?);
    let served = Served { plain_port: plain.local_addr()?.port(), tls_port: tls.local_addr()?.port(), root };
    std::thread::spawn(move || {
        runtime.block_on(async { tokio::try_join!(serve(plain, None), serve(tls, Some(acceptor))) })
    });
    Ok(served)
}

async fn serve(listener: StdListener, acceptor: Option<TlsAcceptor>) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            match acceptor {
                None => answer(stream).await,
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        answer(stream).await;
                    }
                }
            }
        });
    }
}

/// A chain like those of AWS: a root, an issuer below it, and the server.
fn certified() -> anyhow::Result<(String, ServerConfig)> {
    let authority = || -> anyhow::Result<CertificateParams> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Ok(params)
    };
    let root = CertifiedIssuer::self_signed(authority()?, KeyPair::generate()?)?;
    let issuer = CertifiedIssuer::signed_by(authority()?, KeyPair::generate()?, &root)?;
    let key = KeyPair::generate()?;
    let own = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
    let chain = vec![own.der().clone(), issuer.der().clone()];
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    Ok((hex::encode(root.der()), ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?))
}

/// Reads one request and answers it.
pub(crate) async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if !matches!(stream.read_line(&mut head).await, Ok(1..)) {
            return;
        }
    }
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    if stream.read_exact(&mut body).await.is_ok() {
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{PARAMETER}", PARAMETER.len());
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.flush().await;
    }
}
