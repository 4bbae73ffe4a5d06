-- What arrives of each fleet, by the hour. A batch counts with one statement in its own transaction; it computes nothing, so that fleets cost the same however
-- clever the watchdog gets.

-- What is watched: a fleet, named <provider>/<fleet>, or a stream merged of many fleets.
create table caravan.watch_series (
    id         bigint generated always as identity primary key,
    kind       text not null check (kind in ('FLEET', 'PROVIDER', 'CREDENTIAL', 'REGION', 'TENANT')),
    name       text not null,
    -- of a fleet: whose API, file or topic its packets come from
    provider   text,
    -- of a fleet: what its packets say of it, where the route names such fields; settings go before
    tenant     text,
    region     text,
    born_at    timestamptz not null,
    -- not missed any more; its next packet wakes it
    retired_at timestamptz,
    unique (kind, name)
);

-- What people set by the API or a command; it goes before config/fleets.yaml.
create table caravan.watch_setting (
    series_id  bigint primary key references caravan.watch_series,
    settings   jsonb not null,
    changed_at timestamptz not null,
    changed_by text not null
);
create index watch_setting_changed on caravan.watch_setting (changed_at);

-- Of which fleets a merged stream consists.
create table caravan.watch_member (
    parent bigint not null references caravan.watch_series,
    child  bigint not null references caravan.watch_series,
    primary key (parent, child)
);
create index watch_member_child on caravan.watch_member (child);

-- What a fleet sent in an hour of UTC, by the time of its packets, not of their arrival. No foreign key: it would lock the series' row with each new hour.
create table caravan.watch_hour (
    series_id bigint not null,
    hour      timestamptz not null,
    packets   bigint not null,
    -- bit n: it sent in minute n; batches and streams are joined by bitwise or, so that no minute counts twice
    minutes   bigint not null,
    -- distinct ones
    vehicles  int not null,
    primary key (series_id, hour)
) partition by range (hour);
create table caravan.watch_hour_default partition of caravan.watch_hour default;

-- Touched once an hour and vehicle. hours: bit n says that it sent n hours before last_hour, so that an hour counts it once, also when packets come late or
-- mixed; news: the bits that the last statement added, for that statement to read.
create table caravan.watch_vehicle (
    series_id  bigint not null,
    vehicle    text not null,
    first_seen timestamptz not null,
    last_hour  timestamptz not null,
    hours      bigint not null,
    news       bigint not null,
    primary key (series_id, vehicle)
) with (fillfactor = 80);

-- The newest of each fleet. Narrow and without further indexes, so that its updates stay in their page.
create table caravan.watch_pulse (
    series_id       bigint primary key references caravan.watch_series,
    -- by the packets' own times
    last_event_at   timestamptz,
    -- when the last one came live; what is fetched again of the past is no sign of life
    last_arrival_at timestamptz,
    packets         bigint not null default 0,
    -- packets whose time was too far off to be true, which count nowhere else
    implausible     bigint not null default 0,
    -- how many seconds the newest packet of a live batch is old when it comes: of the last batch, and the usual mean and mean deviation
    lag             real,
    lag_mean        real,
    lag_deviation   real
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

-- How a series does. due_at: when the watchdog looks again at the latest.
create table caravan.watch_state (
    series_id bigint primary key references caravan.watch_series,
    state     text not null check (state in ('ON_TIME', 'LATE', 'SILENT', 'PARTIAL', 'VOLUME_DROP', 'LAGGING', 'UNKNOWN', 'MAINTENANCE', 'RETIRED')),
    since     timestamptz not null,
    due_at    timestamptz not null,
    looked_at timestamptz,
    version   bigint not null default 0
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
create index watch_state_due on caravan.watch_state (due_at) where due_at < 'infinity';

-- A vehicle's hours as seen from so much later: 0 when that is beyond what they remember; as they are when it is no later.
create function caravan.watch_later(hours bigint, later interval) returns bigint
    language sql immutable parallel safe
    return case
        when later <= interval '0' then hours
        when later >= interval '64 hours' then 0
        else hours << (extract(epoch from later) / 3600)::int
    end;
