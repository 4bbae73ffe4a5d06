-- A trouble that comes back soon is the same one: its episode is opened again.

alter table caravan.watch_episode add column returned_at timestamptz;
comment on column caravan.watch_episode.returned_at is 'since when the trouble is there again, if it was over in between';

-- The incidents of routes/watch go by series and sort of trouble, and no longer by episode, so that one that comes back is known as such.
update caravan.alert_incident incident
   set key = 'watch/' || lower(series.kind) || '/' || series.name || '/'
             || case episode.kind when 'ERRORS' then 'errors' when 'TOO_MANY_FLEETS' then 'too-many-fleets' else 'state' end
  from caravan.watch_episode episode
  join caravan.watch_series series on series.id = episode.series_id
 where incident.key = 'watch/' || episode.id and incident.state <> 'RESOLVED' and episode.closed_at is null;
