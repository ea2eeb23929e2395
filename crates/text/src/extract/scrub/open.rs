//! The elements that are open at one point of a page.

use super::MAX_DEPTH;
use super::tags::Tag;

/// The open elements, outermost first: never more than [`MAX_DEPTH`], so that
/// looking through them costs the same on every page.
#[derive(Debug)]
pub(super) struct Open {
    stack: Vec<Tag>,
    /// How many of each are in the stack, for not looking at all.
    counts: [usize; Tag::COUNT],
    /// Elements that were too deep to write, whose end tags must not end others.
    dropped: [usize; Tag::COUNT],
    dropped_any: bool,
}

impl Default for Open {
    fn default() -> Self {
        Self {
            stack: Vec::with_capacity(MAX_DEPTH),
            counts: [0; Tag::COUNT],
            dropped: [0; Tag::COUNT],
            dropped_any: false,
        }
    }
}

impl Open {
    pub(super) fn depth(&self) -> usize {
        self.stack.len()
    }

    pub(super) fn has(&self, tag: Tag) -> bool {
        self.counts.get(tag as usize).is_some_and(|count| *count > 0)
    }

    pub(super) fn last(&self) -> Option<Tag> {
        self.stack.last().copied()
    }

    /// Opens `tag` unless that is too deep.
    pub(super) fn push(&mut self, tag: Tag) -> bool {
        let fits = self.stack.len() < MAX_DEPTH;
        let counts = if fits { &mut self.counts } else { &mut self.dropped };
        if let Some(count) = counts.get_mut(tag as usize) {
            *count += 1;
        }
        if fits {
            self.stack.push(tag);
        } else {
            self.dropped_any = true;
        }
        fits
    }

    /// Closes the innermost element.
    pub(super) fn pop(&mut self) -> Option<Tag> {
        let tag = self.stack.pop()?;
        if let Some(count) = self.counts.get_mut(tag as usize) {
            *count -= 1;
        }
        // What was too deep was inside it.
        if self.dropped_any {
            self.dropped = [0; Tag::COUNT];
            self.dropped_any = false;
        }
        Some(tag)
    }

    /// An end tag belongs to an element that was too deep.
    pub(super) fn end_dropped(&mut self, tag: Tag) -> bool {
        match self.dropped.get_mut(tag as usize) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// How many elements to close so that the innermost of `wanted` is closed;
    /// none if one of `beyond` comes first.
    pub(super) fn distance(&self, wanted: &[Tag], beyond: impl Fn(Tag) -> bool) -> Option<usize> {
        if !wanted.iter().any(|tag| self.has(*tag)) {
            return None;
        }
        for (closed, tag) in self.stack.iter().rev().enumerate() {
            if wanted.contains(tag) {
                return Some(closed + 1);
            }
            if beyond(*tag) {
                return None;
            }
        }
        None
    }
}
