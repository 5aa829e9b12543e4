-- What no contact could be does not wait to be read.
UPDATE contact_change SET card = NULL, done_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000, outcome = 'refused',
    message = 'the card has more than 512 KiB'
WHERE length(CAST(card AS BLOB)) > 524288 AND done_at IS NULL;
UPDATE contact_change SET contact_id = NULL, external_id = COALESCE(external_id, ''), outcome = COALESCE(outcome, 'refused'),
    done_at = COALESCE(done_at, CAST(strftime('%s', 'now') AS INTEGER) * 1000), message = COALESCE(message, 'there is no such contact')
WHERE length(contact_id) > 200;
UPDATE contact_change SET card = NULL WHERE length(CAST(card AS BLOB)) > 524288;
CREATE TRIGGER contact_change_fits BEFORE INSERT ON contact_change
WHEN length(CAST(NEW.card AS BLOB)) > 524288 OR length(NEW.contact_id) > 200
BEGIN SELECT RAISE(ABORT, 'the card has more than 512 KiB, or the id of the contact more than 200 characters'); END;
