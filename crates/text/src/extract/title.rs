//! The article's title without the name of its site.

use super::characters::clean;

/// Longer titles are cut.
const MAX_TITLE: usize = 300;

/// What stands between a title and the name of a site.
const SEPARATORS: [char; 11] = ['|', '-', '–', '—', '·', '•', '»', '«', ':', '/', '~'];

/// The title that was found, or the page's main heading, without the name of
/// the site at either end.
pub(super) fn title(found: &str, headline: Option<&str>, site: Option<&str>, host: &str) -> Option<String> {
    let found = clean(found);
    let headline = clean(headline.unwrap_or_default());
    // Documentation ends its headings with a link to themselves.
    let headline = headline.trim_end_matches(['¶', '#', '🔗', ' ']).to_owned();
    let title = if found.is_empty() || is_cut_from(&found, &headline) {
        headline
    } else if !headline.is_empty()
        && (before(&found, &headline).is_some() || after(&found, &headline).is_some())
    {
        // The heading with more at one end, which is the site's.
        headline
    } else {
        without_site(&found, site, host)
    };
    let title: String = title.chars().take(MAX_TITLE).collect();
    (!title.is_empty()).then_some(title)
}

/// `found` is a part of `headline` that was taken for all of it.
fn is_cut_from(found: &str, headline: &str) -> bool {
    before(headline, found).is_some() || after(headline, found).is_some()
}

fn without_site(title: &str, site: Option<&str>, host: &str) -> String {
    let host = host.strip_prefix("www.").unwrap_or(host);
    let label = host.split('.').next().unwrap_or_default();
    for name in [site.unwrap_or_default(), host, label] {
        let rest = after(title, name).or_else(|| before(title, name)).filter(|rest| !rest.is_empty());
        if let Some(rest) = rest {
            return rest.to_owned();
        }
    }
    title.to_owned()
}

/// What follows `start` and a separator.
fn before<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    let separated = rest.trim_start().starts_with(SEPARATORS);
    (same(head, start) && separated).then(|| rest.trim_start_matches(is_between))
}

/// What comes ahead of a separator and `end`.
fn after<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let (rest, tail) = text.split_at_checked(text.len().checked_sub(end.len())?)?;
    let separated = rest.trim_end().ends_with(SEPARATORS) && rest.ends_with(is_between);
    (same(tail, end) && separated).then(|| rest.trim_end_matches(is_between))
}

fn is_between(character: char) -> bool {
    character.is_whitespace() || SEPARATORS.contains(&character)
}

fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn the_sites_name_goes() {
        for (found, headline, site, expected) in [
            ("Harbour bridge opens", None, None, "Harbour bridge opens"),
            ("Harbour bridge opens | The Tide", None, Some("The Tide"), "Harbour bridge opens"),
            ("The Tide: Harbour bridge opens", None, Some("The Tide"), "Harbour bridge opens"),
            ("Harbour bridge opens – articles.test", None, None, "Harbour bridge opens"),
            ("Bridge opens - News - The Tide", Some("Bridge opens"), None, "Bridge opens"),
            ("Why we moved", Some("Why we moved – and what broke"), None, "Why we moved – and what broke"),
            ("what broke", Some("Why we moved: what broke"), None, "Why we moved: what broke"),
            ("Bridge: a history", None, None, "Bridge: a history"),
            ("", Some("A heading"), None, "A heading"),
            ("Release notes - Tern manual", Some("Release notes¶"), None, "Release notes"),
            ("A  spaced\u{a0}title", None, None, "A spaced title"),
            ("The Tide", None, Some("The Tide"), "The Tide"),
        ] {
            assert_eq!(title(found, headline, site, "www.articles.test").as_deref(), Some(expected));
        }
    }

    #[test]
    fn no_title_is_none() {
        assert_eq!(title(" ", None, Some("Site"), "a.test"), None);
    }
}
