-- By what contacts are matched.
CREATE INDEX contact_email_matched ON contact_email (matched) WHERE matched IS NOT NULL;
CREATE INDEX contact_phone_matched ON contact_phone (matched) WHERE matched IS NOT NULL;
