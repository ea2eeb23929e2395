//! The certificate of every site in memory, and a root that nothing else trusts.
//!
//! Made once with a key that was thrown away: root and site are valid from 2020
//! to 2120; the site is `example.com`, `*.example.com` and `11.0.0.1`. The site's
//! own key is beside it, and opens nothing.

use std::sync::Arc;

use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};

/// The roots of a client that trusts the sites.
pub(super) fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_slice(include_bytes!("certificates/root.der"))).unwrap();
    roots
}

/// A site's side of TLS.
pub(super) fn server() -> ServerConfig {
    let site = CertificateDer::from_slice(include_bytes!("certificates/site.der"));
    let key = PrivatePkcs8KeyDer::from(include_bytes!("certificates/site-key.der").as_slice());
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![site], key.into())
        .unwrap()
}
