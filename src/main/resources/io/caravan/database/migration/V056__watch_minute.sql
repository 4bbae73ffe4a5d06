-- The watchdog asks at each look whether fleets have come or gone.
create index watch_series_retired on caravan.watch_series (id) where retired_at is not null;
