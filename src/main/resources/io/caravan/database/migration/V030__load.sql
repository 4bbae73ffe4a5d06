-- What load: keeps besides the rows themselves. The three logs are partitioned by day; the service creates days ahead
-- and drops those past their retention.

CREATE TABLE caravan.load_batch (
    id          bigint GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL DEFAULT now(),
    table_name  text NOT NULL,
    batch       uuid NOT NULL,
    source      text NOT NULL,
    run         text,
    received_at timestamptz NOT NULL,
    staged      integer NOT NULL,
    validated   integer NOT NULL,
    duplicate   integer NOT NULL,
    rejected    integer NOT NULL,
    milliseconds integer NOT NULL,
    records     bytea,                 -- as received, length before each, deflated; null: not kept
    PRIMARY KEY (id, at),
    CONSTRAINT load_batch_adds_up CHECK (staged = validated + duplicate + rejected)
) PARTITION BY RANGE (at);
CREATE INDEX load_batch_table ON caravan.load_batch (table_name, at);
CREATE INDEX load_batch_batch ON caravan.load_batch (batch);

CREATE TABLE caravan.duplicate (
    at          timestamptz NOT NULL DEFAULT now(),
    table_name  text NOT NULL,
    key         jsonb,                 -- of all unique keys of the table; null: none that columns tell
    batch       uuid NOT NULL,
    source      text NOT NULL,
    run         text,
    first_seen  timestamptz,           -- when the row that is there came, where the table tells
    late        interval,              -- at - first_seen
    raw         text NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX duplicate_batch ON caravan.duplicate (batch);
CREATE INDEX duplicate_table ON caravan.duplicate (table_name, at);

CREATE TABLE caravan.rejected (
    id          bigint GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL DEFAULT now(),
    table_name  text NOT NULL,
    reason      text NOT NULL CHECK (reason IN ('defect', 'type', 'nested', 'number_for_time', 'not_null', 'check',
                'foreign_key', 'unique', 'partition', 'unknown_field', 'ambiguous', 'database')),
    column_name text,
    message     text NOT NULL,
    batch       uuid NOT NULL,
    source      text NOT NULL,
    run         text,
    place       integer NOT NULL,      -- in its batch, from 0
    raw         bytea NOT NULL,        -- exactly as received: text could not hold NUL or broken UTF-8
    fixed       bytea,                 -- what somebody put in its place by hand
    status      text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
    settled_at  timestamptz,
    PRIMARY KEY (id, at),
    CONSTRAINT rejected_settled CHECK ((status = 'open') = (settled_at IS NULL))
) PARTITION BY RANGE (at);
CREATE INDEX rejected_batch ON caravan.rejected (batch);
CREATE INDEX rejected_open ON caravan.rejected (table_name, at) WHERE status = 'open';
CREATE TABLE caravan.duplicate_default PARTITION OF caravan.duplicate DEFAULT;
CREATE TABLE caravan.rejected_default PARTITION OF caravan.rejected DEFAULT;
CREATE TABLE caravan.load_batch_default PARTITION OF caravan.load_batch DEFAULT;
