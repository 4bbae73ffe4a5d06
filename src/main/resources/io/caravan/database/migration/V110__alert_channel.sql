-- Channels that some node's routes serve, and when it has said so last: messages of others go to their fallback.
create table caravan.alert_channel (
    channel   text primary key,
    served_at timestamptz not null
);
