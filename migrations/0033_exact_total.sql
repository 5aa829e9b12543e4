-- The count of the last reading that went through a whole folder, where every reading counts alike: a later one is compared with it.
-- The one that is shown (server_total) may be counted in another way each time.
ALTER TABLE folder ADD COLUMN exact_total BIGINT;
UPDATE folder SET exact_total = server_total;
