//! Writes XML the way EC2 lays it out: a declaration, four spaces to a level,
//! and `<name/>` for what is empty.

use quick_xml::escape::partial_escape;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// A document in the making.
#[derive(Debug)]
pub(super) struct Xml {
    out: String,
    depth: usize,
}

impl Xml {
    /// A whole document: `root` in `namespace`, with what `fill` writes in it.
    pub(super) fn document(root: &str, namespace: &str, fill: impl FnOnce(&mut Self)) -> String {
        let mut xml = Self { out: DECLARATION.to_owned(), depth: 1 };
        xml.push(&["<", root, " xmlns=\"", namespace, "\">\n"]);
        fill(&mut xml);
        xml.push(&["</", root, ">"]);
        xml.out
    }

    /// `<name>value</name>`, escaped.
    pub(super) fn text(&mut self, name: &str, value: impl AsRef<str>) {
        self.indent();
        match value.as_ref() {
            "" => self.push(&["<", name, "/>\n"]),
            value => self.push(&["<", name, ">", &partial_escape(value), "</", name, ">\n"]),
        }
    }

    /// The element only if there is a value.
    pub(super) fn maybe(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// An element with others in it.
    pub(super) fn nest(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        let before = self.out.len();
        self.indent();
        self.push(&["<", name, ">\n"]);
        let inside = self.out.len();
        self.depth += 1;
        fill(self);
        self.depth -= 1;
        if self.out.len() == inside {
            self.out.truncate(before);
            self.text(name, "");
        } else {
            self.indent();
            self.push(&["</", name, ">\n"]);
        }
    }

    /// A set as EC2 writes one: an `item` each.
    pub(super) fn items<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        self.nest(name, |xml| {
            for item in items {
                xml.nest("item", |xml| each(xml, item));
            }
        });
    }

    fn push(&mut self, parts: &[&str]) {
        self.out.extend(parts.iter().copied());
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("    ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_laid_out_escaped_and_shortened() {
        let text = Xml::document("R", "urn:x", |xml| {
            xml.text("name", "<b>&test 🚀");
            xml.text("none", "");
            xml.nest("empty", |_| {});
            xml.items("set", [1, 2], |xml, n| xml.text("n", n.to_string()));
        });
        assert_eq!(
            text,
            concat!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<R xmlns=\"urn:x\">\n",
                "    <name>&lt;b&gt;&amp;test 🚀</name>\n    <none/>\n    <empty/>\n",
                "    <set>\n        <item>\n            <n>1</n>\n        </item>\n",
                "        <item>\n            <n>2</n>\n        </item>\n    </set>\n</R>"
            )
        );
    }
}
