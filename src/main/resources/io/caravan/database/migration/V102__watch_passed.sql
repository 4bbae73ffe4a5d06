-- Silences of fleets that began and ended while nobody looked wait here for one another, so that those of one outage are told as one.
create table caravan.watch_passed (
    series_id bigint not null references caravan.watch_series on delete cascade,
    -- the absence in which nobody saw it: caravan.watch_absence.from_at
    away_from timestamptz not null,
    -- the last packet, when it was late, and when the next one came
    since     timestamptz not null,
    late_at   timestamptz not null,
    over_at   timestamptz not null,
    -- whether it is told where it is the only one
    alarm     boolean not null,
    found_at  timestamptz not null,
    primary key (series_id, away_from)
);
