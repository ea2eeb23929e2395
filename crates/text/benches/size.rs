//! How long a page takes from HTML to its summary, by its size. It should take
//! ten times as long for ten times the text: `cargo bench -p text --bench size`.
#![allow(missing_docs, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use text::extract::extract;
use text::fetch::{Kind, Page};
use text::summary::{reading_minutes, summarize};

const ARTICLES: [&str; 6] = [
    include_str!("../tests/articles/news.html"),
    include_str!("../tests/articles/blog.html"),
    include_str!("../tests/articles/docs.html"),
    include_str!("../tests/articles/listicle.html"),
    include_str!("../tests/articles/longform.html"),
    include_str!("../tests/articles/obituary.html"),
];

const HEAD: &str = "<!DOCTYPE html><html lang=en><head><title>All of it | The Vale</title></head><body>\
    <nav><a href=/>The Vale</a> <a href=/a>Region</a></nav><article><h1>All of it</h1>";
const TAIL: &str = "</article><aside><a href=/1>More</a></aside><footer>The Vale</footer></body></html>";

/// A page of about `size` bytes: the paragraphs of the articles one after the
/// other. The numbers keep them from being all the same.
fn page(size: usize) -> Page {
    let paragraphs: Vec<&str> = ARTICLES
        .iter()
        .flat_map(|article| article.split("<p>").skip(1))
        .filter_map(|start| start.split_once("</p>"))
        .map(|(paragraph, _)| paragraph)
        .filter(|paragraph| paragraph.len() > 150)
        .collect();
    let mut text = HEAD.to_owned();
    for (number, paragraph) in paragraphs.iter().cycle().enumerate() {
        if text.len() + paragraph.len() + TAIL.len() > size {
            break;
        }
        let _ =
            writeln!(text, "<p>{paragraph} That was part{number} of note{} in all.</p>", number * 7 % 1000);
    }
    text.push_str(TAIL);
    Page { url: "https://articles.test/long".parse().unwrap(), kind: Kind::Html, text }
}

fn by_size(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("page to summary");
    group.sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    for size in [1_000, 10_000, 100_000, 1_000_000] {
        let page = page(size);
        assert!(extract(&page).is_ok());
        group.throughput(Throughput::Bytes(page.text.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter(|| {
                let article = extract(&page).unwrap();
                (summarize(&article, 3), reading_minutes(&article))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, by_size);
criterion_main!(benches);
