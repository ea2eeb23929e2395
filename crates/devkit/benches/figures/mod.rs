//! What was measured of one function, and what it may come to.

use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::DeflateEncoder;

/// How much more processor time `events` may take than hello.
pub(crate) const MOST_OF_EVENTS: f64 = 1.5;
/// How much more another gateway may take.
pub(crate) const MOST_OF_OTHERS: f64 = 1.6;
/// How much memory a gateway may hold.
const MOST_KIB: u64 = 8 * 1_024;
/// How large the zip of `events` may be.
pub(crate) const MOST_ZIPPED: usize = 3_000_000;

/// One start of a function, with its first answer.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    /// From its start until it asked for an event.
    pub(crate) init: Duration,
    /// From the request until its answer, the start included.
    pub(crate) answer: Duration,
    /// Processor time for both.
    pub(crate) busy: Duration,
    /// The most memory that it held.
    pub(crate) peak_kib: u64,
}

/// All of one function.
#[derive(Default)]
pub(crate) struct Figures {
    /// Every start of it.
    pub(crate) starts: Vec<Start>,
    /// Processor time for a further request.
    pub(crate) warm: Duration,
    /// The most memory that it held after them.
    pub(crate) warm_kib: u64,
    /// Bytes of the binary.
    pub(crate) size: usize,
    /// Bytes of the binary, deflated as in a zip.
    pub(crate) zipped: usize,
}

impl Figures {
    /// Above the figures.
    pub(crate) const HEADLINE: &str = "      init   cold answer    cold CPU   × hello   × least    warm CPU    peak memory     binary        zip";

    /// Of the binary, and nothing else yet.
    pub(crate) fn of(binary: &Path) -> anyhow::Result<Self> {
        let content = std::fs::read(binary).with_context(|| binary.display().to_string())?;
        let mut zip = DeflateEncoder::new(Vec::new(), Compression::default());
        zip.write_all(&content)?;
        Ok(Self { size: content.len(), zipped: zip.finish()?.len(), ..Self::default() })
    }

    /// The median of one figure over all starts.
    fn median<T: Ord + Default>(&self, figure: impl Fn(&Start) -> T) -> T {
        let mut all: Vec<T> = self.starts.iter().map(figure).collect();
        all.sort_unstable();
        let middle = all.len() / 2;
        all.into_iter().nth(middle).unwrap_or_default()
    }

    /// Processor time until the first answer.
    pub(crate) fn busy(&self) -> Duration {
        self.median(|start| start.busy)
    }

    fn peak_kib(&self) -> u64 {
        self.starts.iter().map(|start| start.peak_kib).chain([self.warm_kib]).max().unwrap_or_default()
    }

    /// How many times as busy as `hello` it was.
    pub(crate) fn ratio(&self, hello: &Self) -> f64 {
        self.busy().as_secs_f64() / hello.busy().as_secs_f64()
    }

    /// What is more than it may be, in words.
    pub(crate) fn too_much(&self, hello: &Self, most: f64) -> Vec<String> {
        let mut found = Vec::new();
        if self.ratio(hello) > most {
            found.push(format!("more than {most} times the processor time of hello"));
        }
        if self.peak_kib() > MOST_KIB {
            found.push(format!("more than {MOST_KIB} KiB of memory"));
        }
        found
    }

    /// The line below [`Figures::HEADLINE`].
    pub(crate) fn line<'a>(&'a self, hello: &'a Self, least: &'a Self) -> impl fmt::Display + 'a {
        fmt::from_fn(move |f| {
            let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
            let (init, answer) = (self.median(|start| start.init), self.median(|start| start.answer));
            write!(f, "{:>7.1} ms{:>11.1} ms", ms(init), ms(answer))?;
            write!(f, "{:>9.2} ms{:>10.2}{:>10.2}", ms(self.busy()), self.ratio(hello), self.ratio(least))?;
            write!(f, "{:>9.2} ms", ms(self.warm))?;
            #[expect(clippy::cast_precision_loss, reason = "figures to read")]
            let (mib, size, zipped) =
                (self.peak_kib() as f64 / 1_024.0, self.size as f64 / 1e6, self.zipped as f64 / 1e6);
            write!(f, "{mib:>11.1} MiB{size:>8.1} MB{zipped:>8.2} MB")
        })
    }
}
