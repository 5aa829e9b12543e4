-- Lines of a contact's texts end with a line feed, as they are kept from now on.
UPDATE contact SET personal_notes = replace(replace(personal_notes, char(13) || char(10), char(10)), char(13), char(10))
WHERE instr(personal_notes, char(13)) > 0;
UPDATE contact_place SET street = replace(replace(street, char(13) || char(10), char(10)), char(13), char(10))
WHERE instr(street, char(13)) > 0;
