-- message_plain and message_v with the folder as its table has it, and folder_v. What is no new column means what it meant; a new
-- one stands at the end. Replaced, not made anew, so that whoever was granted a view keeps it.

CREATE OR REPLACE VIEW message_plain AS
SELECT m.id, m.account_id, a.owner, a.address AS mailbox,
       CASE f.role WHEN 'sent' THEN 'sentitems' ELSE f.role END AS folder,
       m.conversation_id, m.internet_message_id,
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
       m.tier, m.provisional, m.first_seen_at AS first_seen_ms, m.changed_at AS changed_ms, m.revision,
       m.gone_at AS gone_ms, m.folder_id, f.name AS folder_name, f.path AS folder_path
FROM message m
JOIN account a ON a.id = m.account_id
JOIN folder f ON f.id = m.folder_id
LEFT JOIN message_body b ON b.message_id = m.id;

CREATE OR REPLACE VIEW message_v AS
SELECT id, account_id, owner, mailbox, folder, conversation_id, internet_message_id, subject, from_name, from_address,
       sender_name, sender_address, to_text, cc_text, bcc_text, received_ms, received_precision, sent_ms, is_read, is_draft,
       has_attachments, importance, item_class, preview, size_bytes, has_body, body_kind, body, body_truncated, tier,
       provisional, first_seen_ms, changed_ms, revision,
       to_char(to_timestamp(received_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS received_iso,
       to_char(to_timestamp(sent_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS sent_iso,
       to_char(to_timestamp(first_seen_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS first_seen_iso,
       to_char(to_timestamp(changed_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS changed_iso,
       gone_ms,
       to_char(to_timestamp(gone_ms / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS gone_iso,
       folder_id, folder_name, folder_path
FROM message_plain;

CREATE VIEW folder_v AS
SELECT f.id AS folder_id, f.account_id, a.owner, a.address AS mailbox,
       CASE f.role WHEN 'sent' THEN 'sentitems' ELSE f.role END AS folder,
       f.name AS folder_name, f.path AS folder_path, COALESCE(f.server_total, f.listed_total) AS server_total,
       f.held,
       f.last_success_at AS last_success_ms, to_char(to_timestamp(f.last_success_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_success_iso,
       f.vanished_at AS vanished_ms, to_char(to_timestamp(f.vanished_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS vanished_iso
FROM folder f
JOIN account a ON a.id = f.account_id;

-- No literal values of these in the statistics; see 0002.
ALTER TABLE folder ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE folder ALTER COLUMN path SET STATISTICS 0;
