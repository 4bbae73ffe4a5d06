-- Values of a text file (CSV) are read by other rules than JSON, also when they are replayed
ALTER TABLE caravan.rejected ADD COLUMN textual boolean NOT NULL DEFAULT false;
ALTER TABLE caravan.load_batch ADD COLUMN textual boolean NOT NULL DEFAULT false;

-- How far a file is; written in the transaction of each chunk, so that a second try goes on where the first ended
CREATE TABLE caravan.load_file (
    table_name  text NOT NULL,
    source      text NOT NULL,
    version     text NOT NULL,         -- size and time of modification: another content is another file
    bytes       bigint NOT NULL,
    records     bigint NOT NULL DEFAULT 0,
    chunks      integer NOT NULL DEFAULT 0,
    bytes_done  bigint NOT NULL DEFAULT 0,
    started_at  timestamptz NOT NULL DEFAULT now(),
    changed_at  timestamptz NOT NULL DEFAULT now(),
    done        boolean NOT NULL DEFAULT false,
    PRIMARY KEY (table_name, source, version)
);

-- Loads in two steps; the staged rows of run 17 are in caravan.load_staged_17 until they are promoted
CREATE TABLE caravan.load_run (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_name  text NOT NULL,
    run         text NOT NULL,
    phase       text NOT NULL DEFAULT 'staged' CHECK (phase IN ('staged', 'promoted')),
    staged      bigint NOT NULL DEFAULT 0,
    validated   bigint NOT NULL DEFAULT 0,
    duplicate   bigint NOT NULL DEFAULT 0,
    rejected    bigint NOT NULL DEFAULT 0,
    staged_at   timestamptz NOT NULL DEFAULT now(),
    promoted_at timestamptz,
    UNIQUE (table_name, run),
    CONSTRAINT load_run_adds_up CHECK (phase = 'staged' OR staged = validated + duplicate + rejected)
);
