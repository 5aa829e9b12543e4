-- What other programs read of contacts, but for the view that has instants: each database has functions of its own for those.
-- Columns are added, never renamed or removed.

-- Whose a contact was that was kept when its account was disconnected.
ALTER TABLE contact ADD COLUMN former_owner TEXT;
ALTER TABLE contact ADD COLUMN former_mailbox TEXT;

CREATE VIEW contact_email_v AS
SELECT e.contact_id, c.account_id, COALESCE(a.owner, c.former_owner) AS owner, e.position,
       CASE e.position WHEN 0 THEN 'primary' WHEN 1 THEN 'secondary' WHEN 2 THEN 'tertiary' ELSE 'other' END AS kind,
       CASE WHEN e.address <> '' THEN e.address END AS address, CASE WHEN e.name <> '' THEN e.name END AS name,
       e.matched AS normalised
FROM contact_email e
JOIN contact c ON c.id = e.contact_id
LEFT JOIN account a ON a.id = c.account_id;

CREATE VIEW contact_phone_v AS
SELECT p.contact_id, c.account_id, COALESCE(a.owner, c.former_owner) AS owner, p.position, p.kind, p.number,
       p.matched AS e164
FROM contact_phone p
JOIN contact c ON c.id = p.contact_id
LEFT JOIN account a ON a.id = c.account_id;

CREATE VIEW contact_address_v AS
SELECT p.contact_id, c.account_id, COALESCE(a.owner, c.former_owner) AS owner, p.kind, p.street, p.city, p.state,
       p.postal_code, p.country
FROM contact_place p
JOIN contact c ON c.id = p.contact_id
LEFT JOIN account a ON a.id = c.account_id;
