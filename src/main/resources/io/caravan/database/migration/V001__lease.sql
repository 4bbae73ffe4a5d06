-- Who may do what only one node may do, until when by this server's clock. A row stays after its release: the fencing
-- number only ever grows, so that a late writer with an old number is recognized.
create table caravan.lease (
    name    text primary key,
    owner   text not null,
    until   timestamptz not null,
    fencing bigint not null check (fencing > 0)
);
