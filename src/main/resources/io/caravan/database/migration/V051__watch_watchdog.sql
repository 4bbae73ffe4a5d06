-- What the watchdog knows of each series, and the problems that it found.

alter table caravan.watch_state
    -- merged streams are judged before their members
    add column merged      boolean not null default false,
    -- the last arrival that the last look knew of
    add column arrived_at  timestamptz,
    -- when a problem that may belong to a merged stream's was first seen
    add column held_since  timestamptz,
    -- when a silent merged stream was first heard of again
    add column resumed_at  timestamptz,
    -- silence before this was explained by a merged stream's, which is over
    add column excused_at  timestamptz,
    -- of the silence at the last look, and when it is late and told if nothing comes
    add column score       real not null default 0,
    add column late_at     timestamptz,
    add column alarm_at    timestamptz,
    -- of vehicles and packets, at the last complete hour
    add column partial     real not null default 0,
    add column volume      real not null default 0,
    -- seconds: how old the newest event was at the last look, and from when that is too old
    add column lag         real,
    add column lag_limit   real;
create index watch_state_merged on caravan.watch_state (due_at) where merged;
create index watch_state_quiet on caravan.watch_state (series_id) where state in ('LATE', 'SILENT') and not merged;

-- A merged stream that lies within a larger one, all of whose fleets are also the other's: the larger one's silence explains it.
create table caravan.watch_within (
    inner_id bigint not null references caravan.watch_series on delete cascade,
    outer_id bigint not null references caravan.watch_series on delete cascade,
    primary key (inner_id, outer_id),
    check (inner_id <> outer_id)
);

-- What was learned of a series, in the detector's own form. Wide, and written once an hour at most; the state is narrow, and written at each look.
create table caravan.watch_pattern (
    series_id     bigint primary key references caravan.watch_series on delete cascade,
    learned_until timestamptz not null,
    pattern       bytea not null
);

-- Silence that is planned, or that somebody expects: it teaches nothing, and nothing is told of it before it ends.
create table caravan.watch_window (
    id         bigint generated always as identity primary key,
    -- names of fleets, in which * stands for any text
    fleets     text not null,
    kind       text not null check (kind in ('MAINTENANCE', 'EXPECTED')),
    from_at    timestamptz not null,
    until_at   timestamptz not null,
    note       text not null default '',
    created_at timestamptz not null,
    created_by text not null,
    check (from_at < until_at)
);
create index watch_window_until on caravan.watch_window (until_at);

-- One problem of one series, from its opening to its recovery.
create table caravan.watch_episode (
    id           uuid primary key,
    series_id    bigint not null references caravan.watch_series on delete cascade,
    kind         text not null check (kind in ('SILENT', 'PARTIAL', 'VOLUME_DROP', 'LAGGING', 'ERRORS')),
    opened_at    timestamptz not null,
    -- when the trouble itself began: the last packet, the first error
    since        timestamptz not null,
    severity     text not null check (severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
    escalated    boolean not null default false,
    cause        text,
    confidence   double precision not null default 0,
    -- the episode of a merged stream that explains this one, which therefore isn't told
    parent_id    uuid references caravan.watch_episode on delete set null,
    -- whether people were told of it; one that joined later may have been
    told         boolean not null,
    -- of how many members people were told
    members      int not null default 0,
    sentence     text not null,
    facts        jsonb not null default '{}',
    -- somebody said that it was real, so that it teaches nothing
    confirmed_at timestamptz,
    confirmed_by text,
    -- when its evidence is to be looked at again
    next_check   timestamptz,
    closed_at    timestamptz
);
-- State problems of a series are one episode, whose kind may change; errors are another.
create unique index watch_episode_open on caravan.watch_episode (series_id, (kind = 'ERRORS')) where closed_at is null;
create index watch_episode_children on caravan.watch_episode (parent_id) where parent_id is not null and closed_at is null;
create index watch_episode_check on caravan.watch_episode (next_check) where closed_at is null;
create index watch_episode_of_series on caravan.watch_episode (series_id, opened_at desc);
create index watch_episode_closed on caravan.watch_episode (closed_at) where closed_at is not null;

-- What was told of an episode.
create table caravan.watch_event (
    id         uuid primary key,
    episode_id uuid not null references caravan.watch_episode on delete cascade,
    kind       text not null check (kind in ('opened', 'changed', 'recovered')),
    at         timestamptz not null,
    facts      jsonb not null
);
create index watch_event_of_episode on caravan.watch_event (episode_id, at);

-- One row: when any node's watchdog last looked.
create table caravan.watch_heartbeat (
    only_row  boolean primary key default true check (only_row),
    looked_at timestamptz not null,
    node      text not null
);

-- Times in which no watchdog looked. listened: arrivals were counted meanwhile; else the silence was ours, and nobody else's.
create table caravan.watch_absence (
    from_at  timestamptz primary key,
    until_at timestamptz not null,
    listened boolean not null,
    check (from_at < until_at)
);

-- What people did by hand.
create table caravan.watch_audit (
    id     bigint generated always as identity primary key,
    at     timestamptz not null,
    who    text not null,
    action text not null,
    -- a fleet, or names of fleets
    fleet  text not null,
    detail text not null default '',
    why    text not null default ''
);
create index watch_audit_of_fleet on caravan.watch_audit (fleet, at desc);
