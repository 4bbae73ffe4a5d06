-- When a message could have gone first: patience counts from then.
alter table caravan.alert_delivery add column queued_at timestamptz not null default now();
alter table caravan.alert_delivery alter column queued_at drop default;

-- Since when there is something about an incident that the receiver does not know and may be told.
alter table caravan.alert_member add column news_at timestamptz;

-- Until when the service has asked to be left alone: that is no matter of pace.
alter table caravan.alert_line add column asked_until timestamptz;

-- How often what a message says has changed after it was tried: the service may have what it said before.
alter table caravan.alert_delivery add column revision integer not null default 0;
