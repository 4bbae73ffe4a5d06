-- Two loads of one file into one table with other options (map, mode, ...) are two loads, each with its own progress. Rows from before don't know theirs:
-- NULL; what they say is loaded stays loaded, whatever the options.
ALTER TABLE caravan.load_file
    ADD COLUMN options uuid,           -- fingerprint of the options that decide which rows come out
    DROP CONSTRAINT load_file_pkey,
    ADD CONSTRAINT load_file_once UNIQUE NULLS NOT DISTINCT (table_name, source, version, options);
