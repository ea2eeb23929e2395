//! Between a name and a connection: what is looked up, checked and opened.

use app::ports::{Forbidden, SummaryError};

use super::pretend::{Pretend, page, redirect};

const ADDRESS: SummaryError = SummaryError::Forbidden(Forbidden::Address);

#[tokio::test]
async fn a_name_that_leads_to_a_machine_nearby_is_refused_without_a_connection() {
    let nearby = [
        "127.0.0.1",
        "10.0.0.5",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "::1",
        "fd00:ec2::254",
        "fe80::1",
        "::ffff:93.184.215.14",
        "64:ff9b::5db8:d70e",
    ];
    for address in nearby {
        for url in ["http://trap.example.com/", "https://trap.example.com/"] {
            let network = Pretend::of_pages().name("trap.example.com", &[address]);
            let (fetched, network) = network.fetch(url).await;
            assert_eq!(fetched, Err(ADDRESS), "{url} {address}");
            assert_eq!(network.lookups(), ["trap.example.com"]);
            assert!(network.connections().is_empty(), "{url} {address}");
        }
    }
}

#[tokio::test]
async fn one_address_nearby_among_public_ones_is_refused_wherever_it_stands() {
    let mixed: [&[&str]; 4] = [
        &["127.0.0.1", "1.1.1.1"],
        &["1.1.1.1", "127.0.0.1"],
        &["1.1.1.1", "2606:4700::1111", "10.0.0.1", "8.8.8.8"],
        &["1.1.1.1", "::1"],
    ];
    for addresses in mixed {
        let network = Pretend::of_pages().name("mixed.example.com", addresses);
        let (fetched, network) = network.fetch("http://mixed.example.com/").await;
        assert_eq!(fetched, Err(ADDRESS), "{addresses:?}");
        assert!(network.connections().is_empty(), "{addresses:?}");
    }
}

#[tokio::test]
async fn a_name_that_is_about_to_lead_elsewhere_is_looked_up_only_once() {
    let network = Pretend::of_pages().name("rebind.example.com", &["1.1.1.1"]);
    let network = network.name("rebind.example.com", &["127.0.0.1"]);
    let (fetched, network) = network.fetch("http://rebind.example.com/").await;
    assert!(fetched.is_ok());
    assert_eq!(network.lookups(), ["rebind.example.com"]);
    assert_eq!(network.connections(), ["1.1.1.1:80"]);
}

#[tokio::test]
async fn a_name_is_checked_anew_on_every_hop() {
    let network =
        Pretend::new(
            |request| {
                if request.starts_with("GET /start") { redirect("/next") } else { page("reached") }
            },
        );
    let network = network.name("rebind.example.com", &["1.1.1.1"]);
    let network = network.name("rebind.example.com", &["127.0.0.1"]);
    let (fetched, network) = network.fetch("http://rebind.example.com/start").await;
    assert_eq!(fetched, Err(ADDRESS));
    assert_eq!(network.connections(), ["1.1.1.1:80"]);
}

#[tokio::test]
async fn the_addresses_are_tried_in_turn() {
    let addresses = ["2606:4700::1111", "1.1.1.1", "8.8.8.8"];
    let network = Pretend::of_pages().name("many.example.com", &addresses);
    let network = network.closed("[2606:4700::1111]:80");
    let (fetched, network) = network.fetch("http://many.example.com/").await;
    assert!(fetched.is_ok());
    assert_eq!(network.connections(), ["[2606:4700::1111]:80", "1.1.1.1:80"]);
}

#[tokio::test]
async fn a_host_that_is_nowhere_or_takes_nobody_is_unreachable() {
    let nowhere = Pretend::of_pages().name("nowhere.example.com", &[]);
    let (fetched, _) = nowhere.fetch("http://nowhere.example.com/").await;
    assert_eq!(fetched, Err(SummaryError::Unreachable));
    let shut = Pretend::of_pages().closed("93.184.215.14:80");
    let (fetched, _) = shut.fetch("http://shut.example.com/").await;
    assert_eq!(fetched, Err(SummaryError::Unreachable));
}

#[tokio::test]
async fn a_literal_address_and_a_dot_at_the_end_need_no_lookup_of_their_own() {
    let (fetched, network) = Pretend::of_pages().fetch("http://1.1.1.1./").await;
    assert!(fetched.is_ok());
    assert!(network.lookups().is_empty());
    let (fetched, network) = Pretend::of_pages().fetch("http://Example.COM./").await;
    assert!(fetched.is_ok());
    assert_eq!(network.lookups(), ["example.com"]);
}
