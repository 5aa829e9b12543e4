-- No literal values of these in the statistics; see 0002.
ALTER TABLE outbox ALTER COLUMN internet_message_id SET STATISTICS 0;
ALTER TABLE outbox ALTER COLUMN actor SET STATISTICS 0;
ALTER TABLE outbox ALTER COLUMN error SET STATISTICS 0;
