-- Silences that began and ended while no watchdog looked are found afterwards, and told once.

-- until when the times in which nobody looked have been reviewed for this series
alter table caravan.watch_state add column reviewed_until timestamptz;
-- of a trouble that was over before it was found: when it ended. It stays open for a few minutes, so that it is heard of, and is closed with that time
alter table caravan.watch_episode add column over_at timestamptz;
