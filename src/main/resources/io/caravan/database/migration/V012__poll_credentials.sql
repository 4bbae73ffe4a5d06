-- A provider may know us by two credentials. All nodes use the same one: a call's permit names it, and so does the call's row.
alter table caravan.call
  add column credential text not null default 'main',
  add column renewed    boolean not null default false;  -- refused, upon which a fresh access token was fetched and the call tried once more
alter table caravan.call drop constraint call_purpose_check;
alter table caravan.call add constraint call_purpose_check check (purpose in ('LIVE', 'BACKFILL', 'TOKEN', 'PROBE'));
create index call_credential on caravan.call (provider, credential, at desc);

alter table caravan.poll_provider
  add column credential   text,                                      -- the one in use; null: the first
  add column paused_at    timestamptz,                               -- no calls until somebody resumes
  add column paused_by    text,
  add column paused_why   text,
  add column tokens_since timestamptz not null default '-infinity',  -- access tokens fetched before are not to be used any more
  add column waits_for    text check (waits_for in ('RATE_LIMIT', 'BUDGET')),  -- why a live stream got no call
  add column waits_until  timestamptz not null default '-infinity',
  add constraint poll_provider_pause check ((paused_at is null) = (paused_by is null) and (paused_at is null) = (paused_why is null));

-- When each credential is tried next, so that one that has expired is found before data is due.
create table caravan.poll_probe (
  provider   text not null,
  credential text not null,
  due_at     timestamptz not null,
  primary key (provider, credential)
);
