-- Records that are fetched and then rejected are told in minutes, as calls that fail are.

-- Of most looks there is nothing to find here.
create index load_batch_rejecting on caravan.load_batch (at) where rejected > 0;

-- What came of each provider, and what could not be used of it, by the step of the route that says so: load: names its table. What is replayed or promoted has come before.
create view caravan.watch_intake as
select at,
       case when starts_with(source, 'poll:') then split_part(ltrim(substr(source, 6), '/'), '/', 1)
            else replace(split_part(source, ':', 1), '/', '-') end as provider,
       table_name as step, staged as records, rejected
  from caravan.load_batch
 where received_at > at - interval '1 hour' and not starts_with(source, 'replay:') and not starts_with(source, 'run:');

-- Where at present more is rejected than usual.
create table caravan.watch_rejecting (
    provider text not null,
    step     text not null,
    since    timestamptz not null,
    -- the share that was rejected in the day before, which is no trouble
    usual    double precision not null check (usual between 0 and 1),
    primary key (provider, step)
);
