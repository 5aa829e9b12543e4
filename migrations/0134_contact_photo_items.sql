-- Which item showed a photo, and that each is looked at again from time to time: not every change of a photo is told.

ALTER TABLE contact_photo ADD COLUMN item TEXT;  -- as contact_link.remote_key: only that item can show that there is none
UPDATE contact_photo SET item = (
    SELECT l.remote_key FROM contact_link l WHERE l.contact_id = contact_photo.contact_id AND l.ended_at IS NULL);

INSERT INTO contact_photo_due (account_id, remote_key, due_at)
SELECT l.account_id, l.remote_key, 0 FROM contact_link l WHERE l.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM contact_photo_due d WHERE d.account_id = l.account_id AND d.remote_key = l.remote_key);
