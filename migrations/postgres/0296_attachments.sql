-- A reader sees what hangs on the messages that they see; see 0165.
CREATE POLICY of_message ON attachment FOR SELECT USING (EXISTS (SELECT FROM message m WHERE m.id = message_id));

-- No literal values of these in the statistics; see 0002.
ALTER TABLE attachment ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE attachment ALTER COLUMN url SET STATISTICS 0;
ALTER TABLE attachment ALTER COLUMN content_id SET STATISTICS 0;
