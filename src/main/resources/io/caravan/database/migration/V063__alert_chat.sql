-- What the chat of our own page shows. A message is changed in place; its version tells what is new.
create sequence caravan.alert_chat_version;

create table caravan.alert_chat (
    id         uuid primary key,  -- of the first message that was shown here
    version    bigint not null unique,
    receiver   text not null,
    shown_at   timestamptz not null,
    changed_at timestamptz not null,
    message    jsonb not null
);
