-- What routes/telematics/nightly.camel.yaml keeps: how many packets each provider says that it had, when vehicles usually talk, and for how long packets stay.

CREATE TABLE telematics.reconciliation (
    provider    text        NOT NULL,
    from_time   timestamptz NOT NULL,                 -- by created_at, when packets reached the provider
    to_time     timestamptz NOT NULL,
    counted     bigint      NOT NULL CHECK (counted >= 0),   -- by the provider, repeats and malformed ones left out
    loaded      bigint      NOT NULL CHECK (loaded >= 0),    -- rows of telematics.packet
    difference  bigint      NOT NULL GENERATED ALWAYS AS (counted - loaded) STORED,
    checked_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider, from_time, to_time)
);

-- Compares a provider's counts, [{"from": ..., "to": ..., "count": ...}, ...], with our rows. Done again it gives the same rows. The answer is how many packets differ.
CREATE FUNCTION telematics.reconcile(of_provider text, counts jsonb) RETURNS bigint
    LANGUAGE sql AS $$
    WITH told AS (
        SELECT "from" AS from_time, "to" AS to_time, count
        FROM jsonb_to_recordset(counts) AS each ("from" timestamptz, "to" timestamptz, count bigint)
    ), compared AS (
        INSERT INTO telematics.reconciliation (provider, from_time, to_time, counted, loaded)
        SELECT of_provider, from_time, to_time, count,
               (SELECT count(*) FROM telematics.packet WHERE created_at >= from_time AND created_at < to_time)
        FROM told
        ON CONFLICT (provider, from_time, to_time) DO UPDATE
            SET counted = excluded.counted, loaded = excluded.loaded, checked_at = excluded.checked_at
        RETURNING difference
    )
    SELECT coalesce(sum(abs(difference)), 0)::bigint FROM compared
$$;

-- 0 is Monday from 00:00 to 01:00 by the fleets' clock, 167 the last hour of Sunday.
CREATE FUNCTION telematics.hour_of_week(moment timestamptz) RETURNS smallint
    LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT ((extract(isodow FROM local) - 1) * 24 + extract(hour FROM local))::smallint
    FROM (SELECT moment AT TIME ZONE 'Europe/Amsterdam' AS local) AS clock
$$;

CREATE TABLE telematics.vehicle_hour (
    hour        timestamptz NOT NULL,
    car_id      integer     NOT NULL,
    packets     integer     NOT NULL CHECK (packets > 0),
    PRIMARY KEY (hour, car_id)
);

COMMENT ON TABLE telematics.vehicle_hour IS 'Packets of each vehicle and hour of the last eight weeks, by created_at; no row: none';

CREATE TABLE telematics.pattern (
    car_id       integer  NOT NULL,
    hour_of_week smallint NOT NULL CHECK (hour_of_week BETWEEN 0 AND 167),
    hours        integer  NOT NULL,                   -- so many such hours were looked at
    active       integer  NOT NULL,                   -- in so many of them it sent something
    packets      real     NOT NULL,                   -- mean of such an hour, silent ones included
    PRIMARY KEY (car_id, hour_of_week),
    CHECK (active BETWEEN 1 AND hours)
);

COMMENT ON TABLE telematics.pattern IS 'When each vehicle usually talks: what its silence is measured against';

-- Counts the hours of an interval, and makes the patterns of their hours of the week anew. Done again it gives the same. The answer is how many rows of telematics.pattern it wrote.
CREATE FUNCTION telematics.refresh_pattern(interval_start timestamptz, interval_end timestamptz) RETURNS bigint
    LANGUAGE plpgsql AS $$
DECLARE
    first_hour timestamptz := date_trunc('hour', interval_start, 'UTC');
    slots smallint[] := (SELECT array_agg(DISTINCT telematics.hour_of_week(hour))
                         FROM generate_series(first_hour, interval_end - interval '1 microsecond', interval '1 hour') AS hour);
    written bigint;
BEGIN
    DELETE FROM telematics.vehicle_hour WHERE hour >= first_hour AND hour < interval_end;
    INSERT INTO telematics.vehicle_hour (hour, car_id, packets)
    SELECT date_trunc('hour', created_at, 'UTC'), car_id, count(*)
    FROM telematics.packet
    WHERE created_at >= first_hour AND created_at < interval_end
    GROUP BY 1, 2;

    DELETE FROM telematics.pattern WHERE hour_of_week = ANY (slots);
    INSERT INTO telematics.pattern (car_id, hour_of_week, hours, active, packets)
    SELECT counted.car_id, slot, looked_at.hours, count(*), sum(counted.packets)::real / looked_at.hours
    FROM (SELECT slot, array_agg(hour) AS of_slot, count(*)::integer AS hours
          FROM (SELECT DISTINCT hour, telematics.hour_of_week(hour) AS slot FROM telematics.vehicle_hour
                WHERE hour >= interval_end - interval '8 weeks' AND hour < interval_end) AS seen
          WHERE slot = ANY (slots)
          GROUP BY slot) AS looked_at
    JOIN telematics.vehicle_hour AS counted ON counted.hour = ANY (looked_at.of_slot)
    GROUP BY counted.car_id, slot, looked_at.hours;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;

-- From here on it only makes partitions, those that still take packets included: old ones go with telematics.prune, once the books agree.
CREATE OR REPLACE FUNCTION telematics.prepare_partitions(days_ahead integer, days_kept integer) RETURNS integer
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
    RETURN made;
END $$;

-- Lets go of packets older than so many days (rtc_time), and of what was counted long ago. The answer is how many days of packets went.
CREATE FUNCTION telematics.prune(days_kept integer) RETURNS integer
    LANGUAGE plpgsql AS $$
DECLARE
    oldest date := (now() AT TIME ZONE 'UTC')::date - days_kept;
    partition text;
    dropped integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('telematics.prepare_partitions', 0));
    FOR partition IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'telematics.packet'::regclass AND c.relname < 'packet_' || to_char(oldest, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE telematics.%I', partition);
        dropped := dropped + 1;
    END LOOP;
    DELETE FROM telematics.vehicle_hour WHERE hour < now() - interval '9 weeks';
    DELETE FROM telematics.reconciliation WHERE to_time < now() - interval '400 days';
    RETURN dropped;
END $$;
