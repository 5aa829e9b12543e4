-- message_v with when a message was found to be gone: the new columns stand at its end. The words of message_plain are those of
-- 0006, for older libraries.

DROP VIEW message_v;
DROP VIEW message_plain;

CREATE VIEW message_plain AS
SELECT m.id, m.account_id, a.owner, a.address AS mailbox, m.folder, m.conversation_id, m.internet_message_id,
       COALESCE(m.subject, '') AS subject, m.from_name, m.from_address, m.sender_name, m.sender_address,
       (SELECT substr(group_concat(', ' || r.text, '')
                      OVER (ORDER BY r.position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), 3)
        FROM recipient_text r WHERE r.message_id = m.id AND r.kind = 'to' LIMIT 1) AS to_text,
       (SELECT substr(group_concat(', ' || r.text, '')
                      OVER (ORDER BY r.position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), 3)
        FROM recipient_text r WHERE r.message_id = m.id AND r.kind = 'cc' LIMIT 1) AS cc_text,
       (SELECT substr(group_concat(', ' || r.text, '')
                      OVER (ORDER BY r.position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), 3)
        FROM recipient_text r WHERE r.message_id = m.id AND r.kind = 'bcc' LIMIT 1) AS bcc_text,
       m.received_at AS received_ms, m.received_precision, m.sent_at AS sent_ms,
       m.is_read, m.is_draft, m.has_attachments, m.importance, m.item_class, m.preview, m.size AS size_bytes,
       b.message_id IS NOT NULL AS has_body, b.kind AS body_kind, b.content AS body, b.truncated AS body_truncated,
       m.tier, m.provisional, m.first_seen_at AS first_seen_ms, m.changed_at AS changed_ms, m.revision,
       m.gone_at AS gone_ms
FROM message m
JOIN account a ON a.id = m.account_id
LEFT JOIN message_body b ON b.message_id = m.id;

CREATE VIEW message_v AS
SELECT p.id, p.account_id, p.owner, p.mailbox, p.folder, p.conversation_id, p.internet_message_id, p.subject, p.from_name,
       p.from_address, p.sender_name, p.sender_address, p.to_text, p.cc_text, p.bcc_text, p.received_ms, p.received_precision,
       p.sent_ms, p.is_read, p.is_draft, p.has_attachments, p.importance, p.item_class, p.preview, p.size_bytes, p.has_body,
       p.body_kind, p.body, p.body_truncated, p.tier, p.provisional, p.first_seen_ms, p.changed_ms, p.revision,
       strftime('%Y-%m-%dT%H:%M:%S', received_ms / 1000, 'unixepoch') || printf('.%03dZ', received_ms % 1000) AS received_iso,
       strftime('%Y-%m-%dT%H:%M:%S', sent_ms / 1000, 'unixepoch') || printf('.%03dZ', sent_ms % 1000) AS sent_iso,
       strftime('%Y-%m-%dT%H:%M:%S', first_seen_ms / 1000, 'unixepoch') || printf('.%03dZ', first_seen_ms % 1000) AS first_seen_iso,
       strftime('%Y-%m-%dT%H:%M:%S', changed_ms / 1000, 'unixepoch') || printf('.%03dZ', changed_ms % 1000) AS changed_iso,
       p.gone_ms,
       strftime('%Y-%m-%dT%H:%M:%S', gone_ms / 1000, 'unixepoch') || printf('.%03dZ', gone_ms % 1000) AS gone_iso
FROM message_plain p;
