-- Whether an account's contacts are being destroyed, or given up, while it goes on: its connection by OAuth ended.
ALTER TABLE account ADD COLUMN contacts_leaving BOOLEAN NOT NULL DEFAULT FALSE;

-- Until now they stayed, and nobody could change or remove them.
UPDATE account SET contacts_leaving = TRUE, keeps_contacts = TRUE
WHERE NOT leaving AND id NOT IN (SELECT account_id FROM oauth_grant)
AND (EXISTS (SELECT 1 FROM contact c WHERE c.account_id = account.id)
     OR EXISTS (SELECT 1 FROM contact_folder f WHERE f.account_id = account.id));
