-- How many contacts a folder held when the server last counted it; null where it is counted anew. And how many more the server
-- counted then, such as contact lists: another number is counted once more, since what was written a moment ago may not be counted yet.
ALTER TABLE contact_folder ADD COLUMN counted BIGINT;
ALTER TABLE contact_folder ADD COLUMN counted_more BIGINT;
