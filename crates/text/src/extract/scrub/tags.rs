//! What becomes of each kind of tag.

/// What becomes of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Written, and known to be this one.
    Keep(Tag),
    /// Its tags go, its text stays: it only changes how text looks, or it is
    /// unknown. Formatting tags must go because a parser opens them again in
    /// every paragraph until they are closed.
    Unwrap,
    /// It goes with all that is in it, up to its end tag.
    Skip,
    /// Facts about the page.
    Head(Head),
}

/// Tags that tell something about the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// `<html>`, for its language.
    Html,
    /// `<title>`.
    Title,
    /// `<meta>`.
    Meta,
    /// `<script>`, for the machine-readable facts in some.
    Script,
}

macro_rules! tags {
    ($($tag:ident $name:literal,)*) => {
        /// The elements that are written. The numbers index counters.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub(super) enum Tag { $($tag,)* }

        impl Tag {
            /// How many there are.
            pub(super) const COUNT: usize = [$($name,)*].len();

            /// As it is written.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$tag => $name,)* }
            }

            fn from_name(name: &[u8]) -> Option<Self> {
                $(if name == $name.as_bytes() { return Some(Self::$tag); })*
                None
            }
        }
    };
}

tags! {
    P "p", A "a", Div "div", Span "span", Li "li", Br "br", Ul "ul", Td "td", Tr "tr", H2 "h2", H3 "h3",
    Section "section", Article "article", Sup "sup", H1 "h1", H4 "h4", H5 "h5", H6 "h6", Ol "ol",
    Table "table", Th "th", Tbody "tbody", Thead "thead", Tfoot "tfoot", Caption "caption", Input "input",
    Blockquote "blockquote", Pre "pre", Header "header", Footer "footer", Nav "nav", Aside "aside",
    Main "main", Figure "figure", Figcaption "figcaption", Form "form", Button "button", Dl "dl", Dt "dt",
    Dd "dd", Hr "hr", Time "time", Address "address", Details "details", Summary "summary",
    Fieldset "fieldset",
}

impl Tag {
    /// It has no end tag.
    pub(super) fn is_void(self) -> bool {
        matches!(self, Self::Br | Self::Hr | Self::Input)
    }

    /// It may stand inside a paragraph.
    pub(super) fn is_inline(self) -> bool {
        matches!(self, Self::A | Self::Span | Self::Br | Self::Sup | Self::Input | Self::Button | Self::Time)
    }

    /// Tags inside do not close what is outside.
    pub(super) fn is_scope(self) -> bool {
        matches!(self, Self::Table | Self::Td | Self::Th | Self::Caption)
    }

    /// It has a place only in a table.
    pub(super) fn is_table_part(self) -> bool {
        matches!(
            self,
            Self::Tr | Self::Td | Self::Th | Self::Tbody | Self::Thead | Self::Tfoot | Self::Caption
        )
    }

    /// Open elements that end where this one starts, in the order to end them,
    /// and those beyond which none is looked for. Ends of paragraphs are apart.
    pub(super) fn ends(self) -> (&'static [Tag], &'static [Tag]) {
        match self {
            Self::Li => (&[Self::Li], &[Self::Ul, Self::Ol]),
            Self::Dd | Self::Dt => (&[Self::Dd, Self::Dt], &[Self::Dl]),
            Self::Td | Self::Th => (&[Self::Td, Self::Th], &[Self::Tr, Self::Table]),
            Self::Tr => (&[Self::Tr, Self::Caption], &[Self::Table]),
            Self::Tbody | Self::Thead | Self::Tfoot => {
                (&[Self::Tbody, Self::Thead, Self::Tfoot, Self::Caption], &[Self::Table])
            }
            Self::A => (&[Self::A], &[Self::Td, Self::Th, Self::Div]),
            Self::Button => (&[Self::Button], &[]),
            _ => (&[], &[]),
        }
    }
}

/// What becomes of the element called `name`, which is in lower case.
pub(super) fn fate(name: &[u8]) -> Fate {
    if let Some(tag) = Tag::from_name(name) {
        return Fate::Keep(tag);
    }
    match name {
        b"html" => Fate::Head(Head::Html),
        b"title" => Fate::Head(Head::Title),
        b"meta" => Fate::Head(Head::Meta),
        b"script" => Fate::Head(Head::Script),
        // Not blocks for the article finder, but for people.
        b"center" | b"hgroup" | b"dialog" | b"search" => Fate::Keep(Tag::Div),
        b"dir" | b"menu" => Fate::Keep(Tag::Ul),
        b"style" | b"svg" | b"math" | b"template" | b"select" | b"datalist" | b"iframe" | b"noscript"
        | b"object" | b"canvas" | b"audio" | b"video" | b"map" | b"xmp" | b"noembed" | b"noframes"
        | b"textarea" | b"rt" | b"rp" => Fate::Skip,
        _ => Fate::Unwrap,
    }
}

/// Whether a parser leaves the skipped element `skipped` when `name` starts, as
/// if its end tag had been forgotten. Without this, one unclosed drawing would
/// hide the rest of the page.
pub(super) fn breaks_out(skipped: &[u8], name: &[u8]) -> bool {
    let block = matches!(fate(name), Fate::Keep(tag) if !tag.is_inline() && !tag.is_table_part());
    match skipped {
        b"svg" | b"math" | b"rt" | b"rp" | b"map" | b"audio" | b"video" | b"canvas" | b"object"
        | b"datalist" => block,
        _ => false,
    }
}
