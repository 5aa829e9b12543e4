//! What the page has fetched and shown of its lists.

use super::super::dom::Collected;
use super::super::error::OwaError;
use super::super::wire::list::Listing;
use crate::model::Sight;
use std::collections::HashSet;

/// What is known of one folder's list.
#[derive(Default)]
pub(super) struct FolderList {
    /// Of the rows that were fetched, whatever ids the page asked for.
    marks: HashSet<String>,
    /// As fetched, each once.
    pub(super) fetched: Slice<Sight>,
    /// Why an answer could not be read.
    pub(super) unread: Option<OwaError>,
    /// As shown on the page.
    pub(super) seen: Collected,
}

/// Rows of a folder from some row on.
pub(in crate::owa) struct Slice<R> {
    pub(in crate::owa) rows: Vec<R>,
    /// Whether the list ends with them.
    pub(in crate::owa) last: bool,
    /// Whether rows of the folder are left out: the view is a filter, or one half of a divided inbox.
    pub(in crate::owa) partial: bool,
    /// How many items the folder has, where it counts items.
    pub(in crate::owa) total: Option<i64>,
    pub(in crate::owa) remote_id: Option<String>,
}

impl<R> Slice<R> {
    /// These rows, of which nothing else is known.
    pub(super) fn of(rows: Vec<R>, last: bool) -> Self {
        Self { rows, last, partial: false, total: None, remote_id: None }
    }
}

impl<R: Clone> Slice<R> {
    /// What follows the first `count` rows.
    pub(super) fn after(&self, count: usize) -> Self {
        let rows = self.rows.iter().skip(count).cloned().collect();
        Self { rows, remote_id: self.remote_id.clone(), ..*self }
    }
}

impl<R> Default for Slice<R> {
    fn default() -> Self {
        Self::of(Vec::new(), false)
    }
}

impl FolderList {
    /// Whether its rows name fewer items, at its end, than the folder counts: conversations may be counted
    /// too few, and the page asks for no more of them.
    pub(super) fn lacks(&self, counted: i64) -> bool {
        let named =
            self.fetched.rows.iter().map(|row| row.key.iter().chain(&row.others).count()).sum::<usize>();
        self.fetched.last && i64::try_from(named).is_ok_and(|named| named < counted)
    }

    /// Adds a page: further rows at the end; a page that begins the list brings what has arrived since at its
    /// front.
    pub(super) fn add(&mut self, listing: Result<Listing, OwaError>) {
        let listing = match listing {
            Ok(listing) => listing,
            // The page tries these again itself.
            Err(OwaError::Unauthorized { .. } | OwaError::Service { .. }) => return,
            Err(error) => {
                self.unread = Some(error);
                return;
            }
        };
        let (is_top, all) = (listing.is_top(), &mut self.fetched);
        // The page asks for no more rows than are counted.
        all.partial |= listing.is_part || (listing.is_counted_out() && !listing.is_last());
        let is_at_end = listing.is_last() || listing.is_counted_out();
        all.last = is_at_end || (is_top && all.last);
        all.total = listing.total.filter(|_| listing.counts_items).or(all.total);
        all.remote_id = listing.remote_id.or(all.remote_id.take());
        let marked = listing.rows.into_iter().zip(listing.marks);
        let new: Vec<_> = marked.filter_map(|(row, mark)| self.marks.insert(mark).then_some(row)).collect();
        let at = if is_top { 0 } else { all.rows.len() };
        all.rows.splice(at..at, new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ItemKey, KeySpace};

    fn listing(ids: &[&str], offset: i64, total: i64) -> Listing {
        let key = |id: &&str| ItemKey { space: KeySpace::new("owa"), id: (*id).to_owned() };
        let row = |id: &&str| Sight { key: Some(key(id)), ..Sight::default() };
        let rows = ids.iter().map(row).collect();
        let marks = ids.iter().map(|id| (*id).to_owned()).collect();
        Listing {
            rows,
            marks,
            offset: Some(offset),
            total: Some(total),
            ended: None,
            counts_items: true,
            remote_id: None,
            is_part: false,
        }
    }

    fn ids(list: &FolderList) -> String {
        list.fetched.rows.iter().filter_map(|row| row.key.as_ref()).map(|key| key.id.as_str()).collect()
    }

    #[test]
    fn pages_follow_one_another_and_new_mail_comes_first() {
        let mut list = FolderList::default();
        list.add(Ok(listing(&["a", "b"], 2, 4)));
        assert!(!list.fetched.last);
        list.add(Ok(listing(&["b", "c", "d"], 4, 4)));
        assert_eq!((ids(&list).as_str(), list.fetched.last), ("abcd", true));
        list.add(Ok(listing(&["x", "a"], 2, 5)));
        assert_eq!((ids(&list).as_str(), list.fetched.last), ("xabcd", true));
    }

    #[test]
    fn a_row_that_comes_again_under_an_id_of_the_other_family_is_one_row() {
        let mut list = FolderList::default();
        list.add(Ok(listing(&["a", "b"], 2, 4)));
        let mut second = listing(&["b", "c"], 3, 4);
        for row in &mut second.rows {
            row.key = row.key.take().map(|key| ItemKey { id: key.id.to_uppercase(), ..key });
        }
        list.add(Ok(second));
        assert_eq!(ids(&list), "abC");
    }

    #[test]
    fn a_list_that_ends_before_all_items_of_its_folder_were_named_lacks_some() {
        let mut list = FolderList::default();
        let mut first = listing(&["a", "b"], 2, 4);
        first.rows[0].others =
            listing(&["c", "d"], 2, 4).rows.into_iter().filter_map(|row| row.key).collect();
        list.add(Ok(first));
        assert!(!list.lacks(9), "it goes on");
        list.add(Ok(listing(&["e"], 4, 4)));
        assert_eq!((list.lacks(5), list.lacks(6)), (false, true));
    }

    #[test]
    fn what_the_page_tries_again_itself_is_not_an_error() {
        let mut list = FolderList::default();
        list.add(Err(OwaError::Unauthorized { status: 401 }));
        assert!(list.unread.is_none());
        list.add(Err(OwaError::Throttled { retry_after: None }));
        assert!(list.unread.is_some());
    }
}
