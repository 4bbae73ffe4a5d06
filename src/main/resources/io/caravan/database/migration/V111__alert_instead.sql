-- The receiver that was to be told first: its fallback in config/alerts.yaml says who is told next. Null: the message's own receiver.
alter table caravan.alert_delivery add column instead_of text;
