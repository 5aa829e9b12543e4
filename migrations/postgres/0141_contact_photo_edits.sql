-- No literal values of these in the statistics; see 0002.
ALTER TABLE contact_photo ALTER COLUMN shown SET STATISTICS 0;
ALTER TABLE contact_photo_edit ALTER COLUMN base SET STATISTICS 0;
ALTER TABLE contact_photo_edit ALTER COLUMN contested SET STATISTICS 0;
ALTER TABLE contact_photo_edit ALTER COLUMN text SET STATISTICS 0;
ALTER TABLE contact_write_photo ALTER COLUMN before SET STATISTICS 0;
ALTER TABLE contact_write_photo ALTER COLUMN sent SET STATISTICS 0;
ALTER TABLE contact_write_photo ALTER COLUMN shown SET STATISTICS 0;
