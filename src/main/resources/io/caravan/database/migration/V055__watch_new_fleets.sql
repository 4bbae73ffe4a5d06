-- A wrong pointer to the fleet makes a fleet of each record: only so many of a provider may appear in a day, and the rest is refused.

create index watch_series_births on caravan.watch_series (provider, born_at) where kind = 'FLEET';

-- Of each provider whose new fleets are refused at present.
create table caravan.watch_refusal (
    provider text primary key,
    -- where the route looks for the fleet, and how many new ones it allows in a day
    pointer  text not null,
    most     int not null,
    packets  bigint not null,
    samples  text[] not null,
    first_at timestamptz not null,
    last_at  timestamptz not null
);

alter table caravan.watch_episode drop constraint watch_episode_kind_check;
alter table caravan.watch_episode add constraint watch_episode_kind_check
    check (kind in ('SILENT', 'PARTIAL', 'VOLUME_DROP', 'LAGGING', 'ERRORS', 'TOO_MANY_FLEETS'));
-- State problems of a series are one episode, whose kind may change; errors are another, and too many fleets a third.
drop index caravan.watch_episode_open;
create unique index watch_episode_open on caravan.watch_episode
    (series_id, (case kind when 'ERRORS' then 1 when 'TOO_MANY_FLEETS' then 2 else 0 end)) where closed_at is null;
