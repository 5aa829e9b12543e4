-- What other programs read: message_v and sync_state_v. Names and meanings are stable: columns are added, never renamed
-- or removed. Every instant stands twice there: *_ms in milliseconds since 1970 UTC, *_iso as ISO 8601 text in UTC.
-- The views below hold all but the ISO texts, for which each database has functions of its own; those views are in the
-- directory of each database.

CREATE VIEW recipient_text AS
SELECT message_id, position, kind,
       CASE WHEN COALESCE(name, '') = '' THEN COALESCE(address, '')
            WHEN COALESCE(address, '') = '' THEN name
            ELSE name || ' <' || address || '>' END AS text
FROM recipient;

-- One row per message.
--   mailbox             the mailbox's address; null until Outlook has said it
--   folder              inbox, sentitems
--   subject             never null
--   to_text …           the recipients in order, 'Name <address>', separated by ', '; null where there are none
--   received_precision  second; minute or day while only the page has shown it: the true instant lies that close after
--   has_body, body      the body is null until it was fetched; HTML in it is hostile input
--   provisional         only the page has shown it so far; completed when Outlook's JSON names it
--   tier                how it was had when it last changed: service, network, dom
--   revision            1 when new, one more with each change, at changed_ms
CREATE VIEW message_plain AS
SELECT m.id, m.account_id, a.owner, a.address AS mailbox, m.folder, m.conversation_id, m.internet_message_id,
       COALESCE(m.subject, '') AS subject, m.from_name, m.from_address, m.sender_name, m.sender_address,
       (SELECT string_agg(r.text, ', ' ORDER BY r.position) FROM recipient_text r
        WHERE r.message_id = m.id AND r.kind = 'to') AS to_text,
       (SELECT string_agg(r.text, ', ' ORDER BY r.position) FROM recipient_text r
        WHERE r.message_id = m.id AND r.kind = 'cc') AS cc_text,
       (SELECT string_agg(r.text, ', ' ORDER BY r.position) FROM recipient_text r
        WHERE r.message_id = m.id AND r.kind = 'bcc') AS bcc_text,
       m.received_at AS received_ms, m.received_precision, m.sent_at AS sent_ms,
       m.is_read, m.is_draft, m.has_attachments, m.importance, m.item_class, m.preview, m.size AS size_bytes,
       b.message_id IS NOT NULL AS has_body, b.kind AS body_kind, b.content AS body, b.truncated AS body_truncated,
       m.tier, m.provisional, m.first_seen_at AS first_seen_ms, m.changed_at AS changed_ms, m.revision
FROM message m
JOIN account a ON a.id = m.account_id
LEFT JOIN message_body b ON b.message_id = m.id;

-- One row per account: OutlookSyncState.
--   mailbox_key    unique: the mailbox's address, or account:<id> while it is not known
--   session        absent, valid, needs_login (the owner has to sign in), blocked (a policy says no)
--   failures       in a row; error_… tell of the last one and are null after a success
--   next_sync_ms   null while the account is parked
CREATE VIEW sync_state_plain AS
SELECT s.account_id, a.owner, a.login, a.address, a.display_name, a.road, a.sync_enabled, s.mailbox_key,
       s.session, s.session_expires_at AS session_expires_ms, s.tier, s.failures,
       s.error_disposition, s.error_code, s.error_message, s.error_hint, s.error_at AS error_ms,
       s.last_success_at AS last_success_ms, s.last_attempt_at AS last_attempt_ms, s.next_sync_at AS next_sync_ms
FROM sync_state s
JOIN account a ON a.id = s.account_id;
