-- What Caravan was when it last looked at itself: its version, and a hash of each file that tells it what to do.
create table caravan.watch_own_part (
  what       text primary key,   -- 'version', or a file's path below the project
  value      text not null,
  changed_at timestamptz not null
);

-- Each change of it: what began right after one is likely its doing.
create table caravan.watch_change (
  id         bigint generated always as identity primary key,
  at         timestamptz not null,
  node       text not null,
  what       text not null,
  from_value text,               -- null: it is new
  to_value   text,               -- null: it is gone
  check (from_value is distinct from to_value)
);
create index watch_change_at on caravan.watch_change (at desc);
