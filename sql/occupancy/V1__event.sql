-- People passing a doorway, as its sensor (DPU) counts them.

-- A doorway joins two spaces; direction +1 of its sensor leads into space_in, -1 into space_out. No space: outside.
CREATE TABLE occupancy.doorway (
    dpu_id    integer PRIMARY KEY,
    name      text    NOT NULL,
    space_in  text,
    space_out text,
    CHECK (space_in IS DISTINCT FROM space_out)
);

INSERT INTO occupancy.doorway (dpu_id, name, space_in, space_out) VALUES
    (283, 'X', 'A', NULL),
    (423, 'Z', 'A', 'B');

-- The columns' types and constraints are all the validation there is: a row that breaks one is kept in caravan.rejected.
CREATE TABLE occupancy.event (
    "timestamp" timestamptz NOT NULL,
    direction   integer     NOT NULL CHECK (direction IN (-1, 1)),
    dpu_id      integer     NOT NULL REFERENCES occupancy.doorway,
    loaded_at   timestamptz NOT NULL DEFAULT now(),
    -- no two people pass one doorway the same way in the same millisecond: such a row is the same one again
    UNIQUE ("timestamp", dpu_id, direction)
);

-- How many people each space gained with each event, and how many had come in more than gone out by then. Who was there
-- before the first event nobody counted, so the figure may be negative.
CREATE VIEW occupancy.occupancy AS
SELECT space, "timestamp", change,
       sum(change) OVER (PARTITION BY space ORDER BY "timestamp", dpu_id, change) AS occupancy
FROM (
    SELECT d.space_in AS space, e."timestamp", e.dpu_id, e.direction AS change
    FROM occupancy.event e JOIN occupancy.doorway d USING (dpu_id) WHERE d.space_in IS NOT NULL
    UNION ALL
    SELECT d.space_out, e."timestamp", e.dpu_id, -e.direction
    FROM occupancy.event e JOIN occupancy.doorway d USING (dpu_id) WHERE d.space_out IS NOT NULL
) AS passage;
