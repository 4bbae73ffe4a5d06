-- What vehicles report, as the provider's API lists it. Several different packets may come for one vehicle and second.

-- Equal JSON, equal text: jsonb sorts its keys, but keeps 1.50 and 1.5 apart, which are one number.
CREATE FUNCTION telematics.canonical(value jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN CASE jsonb_typeof(value)
        WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(member.key, telematics.canonical(member.value)), '{}')
                            FROM jsonb_each(value) AS member)
        WHEN 'array' THEN (SELECT coalesce(jsonb_agg(telematics.canonical(element.value) ORDER BY element.ordinality), '[]')
                           FROM jsonb_array_elements(value) WITH ORDINALITY AS element)
        WHEN 'number' THEN to_jsonb(trim_scale(value::numeric))
        ELSE value
    END;
END $$;

-- 128 bits of SHA-256. Only a text in which some fraction may end in 0 needs the long way.
CREATE FUNCTION telematics.content_of(value jsonb) RETURNS uuid
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    canonical text := value::text;
BEGIN
    IF canonical ~ '[.][0-9]*0([^0-9]|$)' THEN
        canonical := telematics.canonical(value)::text;
    END IF;
    RETURN encode(substring(sha256(convert_to(canonical, 'UTF8')) FOR 16), 'hex')::uuid;
END $$;

CREATE TABLE telematics.packet (
    car_id      integer     NOT NULL CHECK (car_id > 0),
    fleet_id    text,
    rtc_time    timestamptz NOT NULL,                 -- by the vehicle's clock
    created_at  timestamptz NOT NULL,                 -- when it reached the provider
    data        jsonb       NOT NULL CHECK (jsonb_typeof(data) = 'object'),
    content     uuid        NOT NULL GENERATED ALWAYS AS (telematics.content_of(data)) STORED,
    loaded_at   timestamptz NOT NULL DEFAULT now(),
    -- The same packet is a duplicate whenever it comes, also long after the window of dedup:. The time stands first,
    -- because packets arrive in about its order, which keeps the index's warm part small.
    UNIQUE (rtc_time, car_id, content)
) PARTITION BY RANGE (rtc_time);

COMMENT ON TABLE telematics.packet IS 'Packets of vehicles, each once; a partition for each day (UTC) of rtc_time';

CREATE INDEX packet_by_car ON telematics.packet (car_id, rtc_time DESC);
CREATE INDEX packet_by_arrival ON telematics.packet USING brin (created_at);

-- Makes the partitions from the last day that is kept to so many days ahead, and drops those before. A packet outside
-- of them all is rejected, not lost: its clock is wrong, or it is too late. Tells how many partitions it made.
CREATE FUNCTION telematics.prepare_partitions(days_ahead integer, days_kept integer) RETURNS integer
    LANGUAGE plpgsql AS $$
DECLARE
    today date := (now() AT TIME ZONE 'UTC')::date;
    day date;
    partition text;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('telematics.prepare_partitions', 0));
    FOR day IN SELECT generate_series(today - days_kept, today + days_ahead, interval '1 day')::date LOOP
        partition := 'packet_' || to_char(day, 'YYYYMMDD');
        IF to_regclass('telematics.' || partition) IS NULL THEN
            -- attached rather than created in place, which would make the loads wait
            EXECUTE format('CREATE TABLE telematics.%I (LIKE telematics.packet INCLUDING DEFAULTS INCLUDING GENERATED'
                || ' INCLUDING CONSTRAINTS) WITH (autovacuum_vacuum_insert_scale_factor = 0.02)', partition);
            EXECUTE format('ALTER TABLE telematics.packet ATTACH PARTITION telematics.%I FOR VALUES FROM (%L) TO (%L)',
                partition, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
            EXECUTE format('ANALYZE telematics.%I', partition);
            made := made + 1;
        END IF;
    END LOOP;
    FOR partition IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'telematics.packet'::regclass
          AND c.relname < 'packet_' || to_char(today - days_kept, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE telematics.%I', partition);
    END LOOP;
    RETURN made;
END $$;

SELECT telematics.prepare_partitions(8, 90);

-- All that one vehicle reported for one second, as one object. Its packets have no field in common; if two ever had, the
-- one that arrived last would count.
CREATE AGGREGATE telematics.merged(jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{}');

CREATE VIEW telematics.vehicle_second AS
SELECT car_id, rtc_time, max(fleet_id) AS fleet_id, min(created_at) AS first_created_at, count(*) AS packets,
       telematics.merged(data ORDER BY created_at, content) AS data
FROM telematics.packet
GROUP BY car_id, rtc_time;
