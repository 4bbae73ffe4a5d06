-- Why a provider's records are rejected is asked by its name and time, at each look while they are; the oldest of all tables are listed by time. Both read whole days without an index: of 600,000
-- rejected records 73 ms and 98 ms, with these 0.3 ms each. Names begin alike (poll:acme/), which only the plain order of bytes can look up.
create index rejected_source on caravan.rejected (source collate "C", at);
create index rejected_at on caravan.rejected (at);
