//! What every page has in common.

use super::{begun, get, header, visit};
use crate::testing::World;

#[tokio::test(start_paused = true)]
async fn every_page_is_kept_nowhere_and_runs_nothing() {
    let world = World::new();
    let install = world.install(None);
    let (state, cookie) = begun(&world, &install).await;
    for (path, query, status, words) in [
        ("/", "", 200, "Add to Slack"),
        ("/healthz", "", 200, "ok"),
        ("/slack/install", "", 302, ""),
        ("/slack/oauth_redirect", "", 400, "Please begin again"),
        ("/slack/oauth_redirect", "error=access_denied", 200, "You did not allow Bellhop"),
        ("/slack/oauth_redirect", &format!("code=wrong&state={state}"), 400, "Please begin again"),
        ("/elsewhere", "", 404, "Not found"),
        ("/slack/events", "", 404, "Not found"),
        ("", "", 404, "Not found"),
        ("//", "", 404, "Not found"),
        ("/<script>", "", 404, "Not found"),
    ] {
        let response = get(&world, &install, &visit(path, query, &[&cookie])).await;
        assert_eq!(response.status, status, "{path}?{query}");
        assert!(response.body.contains(words), "{path}: {}", response.body);
        assert_eq!(header(&response, "cache-control"), Some("no-store"), "{path}");
        assert_eq!(header(&response, "x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(header(&response, "referrer-policy"), Some("no-referrer"), "{path}");
        let policy = header(&response, "content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("script"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!response.body.contains("<script"), "{path}");
    }
}
