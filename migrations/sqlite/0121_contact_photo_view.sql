-- contact_photo_v: a row per contact that has a photo.

CREATE VIEW contact_photo_v AS
SELECT p.contact_id, c.account_id, COALESCE(a.owner, c.former_owner) AS owner, p.media_type, p.bytes, p.sha256,
       p.changed_at AS changed_ms,
       strftime('%Y-%m-%dT%H:%M:%S', p.changed_at / 1000, 'unixepoch') || printf('.%03dZ', p.changed_at % 1000) AS changed_iso
FROM contact_photo p
JOIN contact c ON c.id = p.contact_id
LEFT JOIN account a ON a.id = c.account_id;
