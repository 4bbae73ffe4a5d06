-- The few states that an arrival ends, so that a batch of fleets which are all on time looks at next to nothing.
create index watch_state_wakes on caravan.watch_state (series_id) where state in ('LATE', 'SILENT', 'RETIRED');
