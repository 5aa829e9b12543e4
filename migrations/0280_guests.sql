-- A guest of an organisation has no mailbox there: what was to be read of their contacts never will be.
DELETE FROM part_state WHERE part = 'contacts'
    AND account_id IN (SELECT account_id FROM oauth_grant WHERE LOWER(login) LIKE '%#ext#@%');
