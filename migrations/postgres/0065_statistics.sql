-- Statistics hold samples of values, and a deleted account's would stay among them.

ALTER TABLE cycle_outcome ALTER COLUMN outcome SET STATISTICS 0;
ALTER TABLE part_state ALTER COLUMN error_message SET STATISTICS 0;
