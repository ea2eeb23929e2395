//! What a call says about itself: who signed it, for which service, which operation.

use http::HeaderMap;
use http::request::Parts;

/// The credential scope of a signature.
pub(super) struct Scope {
    pub(super) access_key: String,
    pub(super) region: String,
    pub(super) service: String,
}

impl Scope {
    /// Reads `AWS4-HMAC-SHA256 Credential=key/date/region/service/aws4_request, …`.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let header = headers.get("authorization")?.to_str().ok()?;
        let fields = header.strip_prefix("AWS4-HMAC-SHA256")?;
        let credential = fields.split(',').find_map(|field| field.trim().strip_prefix("Credential="))?;
        let mut parts = credential.split('/');
        let (access_key, _date) = (parts.next()?, parts.next()?);
        let (region, service) = (parts.next()?, parts.next()?);
        (parts.next()? == "aws4_request").then(|| Self {
            access_key: access_key.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        })
    }
}

/// The operation's name, wherever the service's protocol puts it.
pub(super) fn operation(service: &str, parts: &Parts, body: &[u8]) -> String {
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    if let Some((_, operation)) = target.and_then(|target| target.split_once('.')) {
        return operation.to_owned();
    }
    if service == "scheduler" {
        return super::scheduler::operation(parts);
    }
    if service == "lambda" {
        if let Some((operation, _)) = super::describe::of_function(parts) {
            return operation.to_owned();
        }
        let invoke = parts.uri.path().ends_with("/invocations");
        return if invoke { "Invoke".to_owned() } else { format!("{} {}", parts.method, parts.uri.path()) };
    }
    let action = form_urlencoded::parse(body).find(|(name, _)| name == "Action");
    action.map_or_else(|| "?".to_owned(), |(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_is_read_from_the_signature() {
        let mut headers = HeaderMap::new();
        let signed = "AWS4-HMAC-SHA256 Credential=ASIA1/20260131/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0";
        headers.insert("authorization", signed.parse().unwrap());
        let scope = Scope::of(&headers).unwrap();
        assert_eq!([scope.access_key, scope.region, scope.service], ["ASIA1", "eu-west-1", "ec2"]);
        headers.insert("authorization", "Bearer x".parse().unwrap());
        assert!(Scope::of(&headers).is_none());
    }
}
