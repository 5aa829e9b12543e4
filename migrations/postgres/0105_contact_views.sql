-- contact_v: a row per contact.

CREATE VIEW contact_v AS
SELECT c.id, c.account_id, COALESCE(a.owner, c.former_owner) AS owner, COALESCE(a.address, c.former_mailbox) AS mailbox,
       c.external_id,
       c.display_name, c.file_as, c.title, c.given_name, c.middle_name, c.surname, c.generation, c.initials,
       c.nick_name, c.yomi_given_name, c.yomi_surname, c.yomi_company_name, c.company_name, c.department, c.job_title,
       c.office_location, c.profession, c.manager, c.assistant_name, c.business_home_page, c.spouse_name,
       c.personal_notes, c.birthday, c.im_addresses, c.children, c.categories,
       l.folder_id, f.name AS folder_name,
       c.created_at AS created_ms,
       to_char(to_timestamp(c.created_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created_iso,
       c.changed_at AS changed_ms,
       to_char(to_timestamp(c.changed_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS changed_iso,
       c.edited_at AS edited_ms,
       to_char(to_timestamp(c.edited_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS edited_iso,
       c.gone_at AS gone_ms,
       to_char(to_timestamp(c.gone_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS gone_iso,
       c.revision
FROM contact c
LEFT JOIN account a ON a.id = c.account_id
LEFT JOIN contact_link l ON l.contact_id = c.id AND l.ended_at IS NULL
LEFT JOIN contact_folder f ON f.id = l.folder_id;

-- No literal values of these in the statistics; see 0002.
ALTER TABLE contact ALTER COLUMN former_mailbox SET STATISTICS 0;
