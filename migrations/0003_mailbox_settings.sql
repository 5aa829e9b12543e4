-- How a mailbox writes dates, as its user options say; null until a session has seen it.
ALTER TABLE account ADD COLUMN culture TEXT;      -- language tag of the interface, such as de-DE
ALTER TABLE account ADD COLUMN time_zone TEXT;    -- Windows or IANA name
ALTER TABLE account ADD COLUMN date_format TEXT;  -- .NET patterns
ALTER TABLE account ADD COLUMN time_format TEXT;
