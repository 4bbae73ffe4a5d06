-- By what names the provider's credentials go, the first one first, as the nodes that poll it know them.
alter table caravan.poll_provider add column credentials text[] not null default '{}';

-- How often in a row the credential was refused when it was tried.
alter table caravan.poll_probe add column refusals integer not null default 0 check (refusals >= 0);

-- What people and routes did to a provider.
create table caravan.poll_action (
  id       bigint generated always as identity primary key,
  at       timestamptz not null,
  provider text not null,
  action   text not null check (action in ('refreshToken', 'switchCredential', 'pause', 'resume', 'probe')),
  who      text not null,
  why      text not null default '',
  done     boolean not null,
  said     text not null
);
create index poll_action_at on caravan.poll_action (provider, at desc);
