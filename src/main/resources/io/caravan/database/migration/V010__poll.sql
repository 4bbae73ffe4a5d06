-- One row a provider: locked while a call is allowed or refused, so that all nodes share one limit, one pace and one budget.
create table caravan.poll_provider (
  name               text primary key,
  paced_until        timestamptz not null default '-infinity',  -- the pace (burst) is used up until then
  last_call_at       timestamptz not null default '-infinity',
  live_wants_until   timestamptz not null default '-infinity',  -- a live stream waits for a slot: backfill keeps off
  cost_day           date,                                      -- in the provider's own zone
  cost_spent         numeric not null default 0 check (cost_spent >= 0),
  blocked_until      timestamptz not null default '-infinity',
  blocked_by         text check (blocked_by in ('ASKED_BY_PROVIDER', 'BACKOFF')),
  refusals           integer not null default 0 check (refusals >= 0)  -- 401 and 403 since the last success
);

-- Every call ever made, until pruned. A row is also the call's place in the provider's limit until slot_free_at.
create table caravan.call (
  id            bigint generated always as identity primary key,
  provider      text not null,
  stream        text not null,
  purpose       text not null check (purpose in ('LIVE', 'BACKFILL')),
  at            timestamptz not null,
  deadline      timestamptz not null,      -- the call is over by then, answered or not
  ended_at      timestamptz,
  slot_free_at  timestamptz not null,
  window_from   timestamptz,               -- the time window that was asked for, where the stream has one
  window_to     timestamptz,
  status        integer,
  records       integer check (records >= 0),
  bytes         bigint check (bytes >= 0),
  milliseconds  integer check (milliseconds >= 0),
  cost          numeric not null check (cost >= 0),
  error_kind    text check (error_kind in ('TIMEOUT', 'CONNECTION', 'SERVER', 'THROTTLED', 'UNAUTHORIZED', 'REFUSED', 'BAD_PAGE')),
  error         text
);
create index call_slots on caravan.call (provider, slot_free_at);
create index call_at on caravan.call (at);
create index call_stream on caravan.call (provider, stream, at desc);

-- Where a stream stands. The version is the fence: a page commits only if nobody else moved the stream since it was asked for.
create table caravan.poll_stream (
  provider          text not null,
  stream            text not null,
  cursor            jsonb not null default '{}',
  version           bigint not null default 0,
  owner             text,
  owned_until       timestamptz not null default '-infinity',
  history           jsonb,                 -- what the schedule learned: last call, arrival rate
  last_page_at      timestamptz,
  last_page_records integer,
  newest_record_at  timestamptz,
  failures          integer not null default 0 check (failures >= 0),
  retry_at          timestamptz,
  last_error        text,
  halted_at         timestamptz,
  halted_reason     text,
  primary key (provider, stream),
  check ((halted_at is null) = (halted_reason is null))
);

-- A page that was not what the provider's API declares; kept byte for byte.
create table caravan.rejected_page (
  id            bigint generated always as identity primary key,
  provider      text not null,
  stream        text not null,
  cursor        jsonb not null,
  version       bigint not null,
  body_hash     uuid not null,
  first_at      timestamptz not null default clock_timestamp(),
  last_at       timestamptz not null default clock_timestamp(),
  attempts      integer not null default 1 check (attempts > 0),
  outcome       text not null default 'RETRYING' check (outcome in ('RETRYING', 'RECOVERED', 'SKIPPED', 'HALTED')),
  url           text not null,
  status        integer not null,
  content_type  text,
  reason        text not null,
  body          bytea not null,
  unique (provider, stream, version, body_hash)
);
create index rejected_page_at on caravan.rejected_page (first_at);
