-- No literal values of this in the statistics; see 0002.
ALTER TABLE contact_folder ALTER COLUMN compare_link SET STATISTICS 0;
