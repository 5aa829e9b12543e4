-- contact_photo_v: a row per contact that has a photo.

CREATE VIEW contact_photo_v AS
SELECT p.contact_id, c.account_id, COALESCE(a.owner, c.former_owner) AS owner, p.media_type, p.bytes, p.sha256,
       p.changed_at AS changed_ms,
       to_char(to_timestamp(p.changed_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS changed_iso
FROM contact_photo p
JOIN contact c ON c.id = p.contact_id
LEFT JOIN account a ON a.id = c.account_id;

-- No literal values of these in the statistics; see 0002.
ALTER TABLE contact_photo ALTER COLUMN bytes SET STATISTICS 0;
ALTER TABLE contact_photo ALTER COLUMN sha256 SET STATISTICS 0;
