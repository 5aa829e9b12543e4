-- Lines of a contact's texts end with a line feed, as they are kept from now on.
UPDATE contact SET personal_notes = replace(replace(personal_notes, chr(13) || chr(10), chr(10)), chr(13), chr(10))
WHERE position(chr(13) in personal_notes) > 0;
UPDATE contact_place SET street = replace(replace(street, chr(13) || chr(10), chr(10)), chr(13), chr(10))
WHERE position(chr(13) in street) > 0;
