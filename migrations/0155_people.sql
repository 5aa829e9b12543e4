-- Who signs in by OAuth is a person of an organisation. What Graph calls their mailbox is the word of that organisation's
-- administrator, and counts where it is ours to believe.

-- What the person signs in with; null of sign-ins of before.
ALTER TABLE oauth_grant ADD COLUMN login TEXT;

-- The organisation of the mailbox, once Outlook has said it.
ALTER TABLE account ADD COLUMN tenant TEXT;

-- Where anybody of any organisation could sign in, the address of a mailbox that nobody has read was anybody's word. From now on
-- mailbox_key is oid:<tenant>/<person> of such an account.
UPDATE sync_state SET mailbox_key = (
    SELECT 'oid:' || g.tenant_id || '/' || g.object_id FROM oauth_grant g WHERE g.account_id = sync_state.account_id)
WHERE account_id IN (
    SELECT a.id FROM account a JOIN oauth_grant g ON g.account_id = a.id
    WHERE a.road = 'none' AND (g.authority LIKE '%/common/v2.0' OR g.authority LIKE '%/organizations/v2.0'));
UPDATE account SET address = NULL
WHERE id IN (SELECT account_id FROM sync_state WHERE mailbox_key LIKE 'oid:%');
