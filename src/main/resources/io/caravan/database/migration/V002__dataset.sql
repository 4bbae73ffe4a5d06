-- Where features meet: who loads a table says so in the transaction that loads it, and whoever waits for tables takes the news from here. A dataset is a table's full name.

-- What somebody waits for; of other datasets no news is kept.
create table caravan.dataset_watch (
    dataset text not null,
    watcher text not null,
    primary key (dataset, watcher)
);

create table caravan.dataset_update (
    id      bigint generated always as identity primary key,
    dataset text not null,
    at      timestamptz not null,
    records bigint not null
);
