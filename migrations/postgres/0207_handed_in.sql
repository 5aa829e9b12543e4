ALTER TABLE contact_change ALTER COLUMN handed_in_by SET DEFAULT session_user;

-- What no contact could be does not wait to be read.
UPDATE contact_change SET card = NULL, done_at = (extract(epoch FROM now()) * 1000)::bigint, outcome = 'refused',
    message = 'the card has more than 512 KiB'
WHERE octet_length(card) > 524288 AND done_at IS NULL;
UPDATE contact_change SET contact_id = NULL, external_id = COALESCE(external_id, ''), outcome = COALESCE(outcome, 'refused'),
    done_at = COALESCE(done_at, (extract(epoch FROM now()) * 1000)::bigint), message = COALESCE(message, 'there is no such contact')
WHERE length(contact_id) > 200;
UPDATE contact_change SET card = NULL WHERE octet_length(card) > 524288;
ALTER TABLE contact_change ADD CONSTRAINT contact_change_fits CHECK (octet_length(card) <= 524288 AND length(contact_id) <= 200);
