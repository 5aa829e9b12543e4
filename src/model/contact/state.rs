//! How a contact stands between the database and the mailbox, in a word.

words! {
    /// How a contact stands between the database and the mailbox. Of several that hold, the first.
    pub enum ContactState {
        /// A person is asked: whether it is the same as one in the mailbox, or which side holds, also of one that was
        /// deleted here and changed there.
        Asked = "asked",
        /// It was deleted, here or in the mailbox.
        Gone = "gone",
        /// A person has kept it back.
        KeptBack = "kept_back",
        /// The server does not take it as it stands.
        Refused = "refused",
        /// A change that was made here is not in the mailbox yet.
        Waiting = "waiting",
        /// Its folder lacks it, and it is not called gone yet.
        Missing = "missing",
        /// It is an item of the mailbox, and both say the same.
        Linked = "linked",
        /// It is here alone.
        Here = "here",
    }
}
