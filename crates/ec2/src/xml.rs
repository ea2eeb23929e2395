//! EC2's answers, as far as they are of use. Elements that nobody knows are
//! passed over; ones that must be there and are not make the answer unreadable,
//! so that some other page is never taken for an empty list.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html>

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Reads an answer.
pub(crate) fn read<T: DeserializeOwned>(body: &str) -> Result<T, String> {
    // The message may quote the answer, which holds names and tags.
    quick_xml::de::from_str(body).map_err(|_| "the answer is not the XML that was expected".to_owned())
}

/// An error, as EC2 tells it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ErrorAnswer {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) request_id: String,
}

/// The first error in `body`; none if there is no code.
pub(crate) fn error(body: &str) -> Option<ErrorAnswer> {
    let answer: ErrorXml = read(body).ok()?;
    let error = answer.errors.and_then(|errors| errors.error.into_iter().next()).or(answer.error)?;
    let code = error.code.trim().to_owned();
    let request_id = answer.request_id.unwrap_or_default();
    (!code.is_empty()).then(|| ErrorAnswer { code, message: error.message.unwrap_or_default(), request_id })
}

/// `<Response><Errors><Error>…</Error></Errors><RequestID>…</RequestID></Response>`;
/// other services, and what stands before EC2, leave out `Errors` and write `RequestId`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorXml {
    errors: Option<ErrorsXml>,
    error: Option<OneErrorXml>,
    #[serde(rename = "RequestID", alias = "RequestId", alias = "requestId")]
    request_id: Option<String>,
}

#[derive(Deserialize)]
struct ErrorsXml {
    #[serde(rename = "Error", default)]
    error: Vec<OneErrorXml>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneErrorXml {
    code: String,
    message: Option<String>,
}

/// `<…Set><item>…</item><item>…</item></…Set>`
#[derive(Deserialize)]
pub(crate) struct Set<T> {
    #[serde(default = "Vec::new")]
    pub(crate) item: Vec<T>,
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self { item: Vec::new() }
    }
}

/// `DescribeInstancesResponse`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reservations {
    pub(crate) reservation_set: Set<Reservation>,
    pub(crate) next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reservation {
    pub(crate) instances_set: Set<Described>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Described {
    pub(crate) instance_id: String,
    pub(crate) instance_state: State,
    pub(crate) instance_type: String,
    pub(crate) launch_time: String,
    pub(crate) image_id: Option<String>,
    pub(crate) placement: Option<Placement>,
    pub(crate) vpc_id: Option<String>,
    pub(crate) subnet_id: Option<String>,
    pub(crate) private_ip_address: Option<String>,
    pub(crate) ip_address: Option<String>,
    pub(crate) root_device_type: Option<String>,
    pub(crate) instance_lifecycle: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) state_reason: Option<StateReason>,
    #[serde(default)]
    pub(crate) network_interface_set: Set<Interface>,
    #[serde(default)]
    pub(crate) tag_set: Set<Tag>,
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html>
#[derive(Deserialize)]
pub(crate) struct StateReason {
    #[serde(default)]
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) message: String,
}

#[derive(Deserialize)]
pub(crate) struct Interface {
    pub(crate) association: Option<Association>,
}

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceNetworkInterfaceAssociation.html>
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Association {
    pub(crate) public_ip: Option<String>,
    pub(crate) ip_owner_id: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct State {
    pub(crate) name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Placement {
    pub(crate) availability_zone: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Tag {
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) value: String,
}

/// `DescribeInstanceStatusResponse`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Statuses {
    pub(crate) instance_status_set: Set<Checked>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Checked {
    pub(crate) instance_id: String,
    pub(crate) system_status: Check,
    pub(crate) instance_status: Check,
    #[serde(default)]
    pub(crate) events_set: Set<Event>,
}

#[derive(Deserialize)]
pub(crate) struct Check {
    pub(crate) status: String,
}

#[derive(Deserialize)]
pub(crate) struct Event {
    pub(crate) code: String,
    #[serde(default)]
    pub(crate) description: String,
}

/// `DescribeVolumesResponse`
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html>
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Volumes {
    pub(crate) volume_set: Set<Volume>,
    pub(crate) next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Volume {
    #[serde(default)]
    pub(crate) encrypted: bool,
    #[serde(default)]
    pub(crate) attachment_set: Set<Attachment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attachment {
    pub(crate) instance_id: Option<String>,
}

/// `StartInstancesResponse`, `StopInstancesResponse`, `TerminateInstancesResponse`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Changes {
    #[serde(default)]
    pub(crate) request_id: String,
    pub(crate) instances_set: Set<StateChange>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StateChange {
    pub(crate) instance_id: String,
    pub(crate) current_state: State,
}

/// `RebootInstancesResponse`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Rebooted {
    #[serde(default)]
    pub(crate) request_id: String,
    /// The reference has it in every answer; one without it that has a request id is the
    /// answer of EC2 all the same.
    pub(crate) r#return: Option<bool>,
}
