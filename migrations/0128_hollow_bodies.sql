-- Bodies that came empty though the first words of the message are known are asked for again.
UPDATE message SET has_detail = FALSE
WHERE has_detail AND TRIM(COALESCE(preview, '')) <> ''
AND id IN (SELECT message_id FROM message_body WHERE octet_length(content) < 64 AND TRIM(content) = '');
DELETE FROM message_body WHERE octet_length(content) < 64 AND TRIM(content) = ''
AND message_id IN (SELECT id FROM message WHERE NOT has_detail);
