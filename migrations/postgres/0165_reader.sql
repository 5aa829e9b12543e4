-- Readers by SQL. A row that a reader sees hangs on an account that they see; whose accounts those are says a policy of each reader's
-- own (src/store/readers/). Row level security itself, and that views look with the eyes of who asks, is turned on after every
-- migration, for all that the migrations make: a table without a policy is the service's alone.

CREATE TABLE reader (
    role            TEXT PRIMARY KEY,
    origin          TEXT NOT NULL,     -- made: here; existing: by somebody else; granted: let in with GRANT before there were walls
    owners          TEXT[],            -- whose accounts; null: everybody's
    writes_contacts BOOLEAN NOT NULL,  -- hands in changes of contacts
    added_at        BIGINT NOT NULL
);

-- The array is made once for a statement, and an index serves to look for what is in it.
DO $$
DECLARE name TEXT;
BEGIN
    FOREACH name IN ARRAY ARRAY['sync_state', 'part_state', 'browser_session', 'oauth_grant', 'folder', 'message', 'contact',
                                'contact_folder', 'contact_link', 'contact_change'] LOOP
        EXECUTE format('CREATE POLICY of_account ON %I FOR SELECT USING (account_id = ANY (ARRAY(SELECT id FROM account)))', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['message_body', 'recipient'] LOOP
        EXECUTE format('CREATE POLICY of_message ON %I FOR SELECT USING (EXISTS (SELECT FROM message m WHERE m.id = message_id))', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['contact_email', 'contact_phone', 'contact_place', 'contact_photo'] LOOP
        EXECUTE format('CREATE POLICY of_contact ON %I FOR SELECT USING (EXISTS (SELECT FROM contact c WHERE c.id = contact_id))', name);
    END LOOP;
END $$;
CREATE POLICY for_account ON contact_change FOR INSERT WITH CHECK (account_id = ANY (ARRAY(SELECT id FROM account)));

-- Whoever was let in with GRANT goes on reading everything, until they are bound.
INSERT INTO reader (role, origin, owners, writes_contacts, added_at)
SELECT r.rolname, 'granted', NULL, bool_or(g.view = 'contact_change_v' AND g.privilege = 'INSERT'),
       (extract(epoch FROM now()) * 1000)::bigint
FROM (
    SELECT c.relname AS view, c.relowner, (aclexplode(c.relacl)).grantee, (aclexplode(c.relacl)).privilege_type AS privilege
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'v'
    UNION ALL
    SELECT c.relname, c.relowner, (aclexplode(a.attacl)).grantee, (aclexplode(a.attacl)).privilege_type
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname = current_schema() AND c.relkind = 'v'
) g
JOIN pg_roles r ON r.oid = g.grantee
WHERE g.grantee <> g.relowner AND g.privilege IN ('SELECT', 'INSERT')
  AND g.view IN ('message_v', 'sync_state_v', 'part_state_v', 'folder_v', 'contact_v', 'contact_email_v', 'contact_phone_v',
                 'contact_address_v', 'contact_photo_v', 'contact_change_v')
GROUP BY r.rolname;

-- Whether a user has connected Outlook by OAuth, as GET /v1/integrations/outlook/status says it; of users whose accounts are not
-- within the reader's reach it says no.
CREATE FUNCTION outlook_connected(of_user TEXT) RETURNS BOOLEAN LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM oauth_grant g JOIN account a ON a.id = g.account_id WHERE a.owner = of_user);
END;
