-- Records that say nothing of a fleet are told in minutes too. Of a provider all live records are counted here from the first of these on, for an hour after the last, so that their share is known.
create table caravan.watch_unreadable (
    at            timestamptz not null,
    provider      text not null,
    -- all, the good ones too
    records       bigint not null,
    without_fleet bigint not null,
    without_time  bigint not null,
    -- with a time that can't be true
    implausible   bigint not null
);
create index watch_unreadable_at on caravan.watch_unreadable (at);

drop view caravan.watch_intake;
create view caravan.watch_intake as
select at,
       case when starts_with(source, 'poll:') then split_part(ltrim(substr(source, 6), '/'), '/', 1)
            else replace(split_part(source, ':', 1), '/', '-') end as provider,
       table_name as step, staged::bigint as records, rejected::bigint as rejected
  from caravan.load_batch
 where received_at > at - interval '1 hour' and not starts_with(source, 'replay:') and not starts_with(source, 'run:')
union all
select at, provider, 'watch:arrivals', records, without_fleet + without_time + implausible
  from caravan.watch_unreadable;
