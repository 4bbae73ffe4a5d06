-- dedup: remembers for a window which records passed, and logs which ones it dropped.
--
-- A repository writes its keys into a bucket that stays open for one window. When the window is over, a new bucket
-- opens, the old one stays readable for one window more, and then its table is dropped: expiry never deletes rows.
--
-- No two nodes pass the same key, whatever their clocks say:
--   * whoever admits keys holds the repository's advisory lock shared until commit; whoever opens a bucket takes it
--     exclusively. So all writers write into the same bucket, where the unique index makes the second one wait for
--     the first, and an older bucket holds no uncommitted key.
--   * the advisory lock is fair (row locks let new sharers overtake a waiting owner) and writes nothing to disk.
--   * whether a key is remembered is decided by its own first_seen alone. A bucket that stays open for too long
--     costs space, never correctness.

create table caravan.dedup_repository (
    id                  integer generated always as identity primary key,
    name                text not null unique,
    remember_for        interval check (remember_for > interval '0'),  -- null: forever
    key_fields          text[] not null,                               -- empty: the whole record
    canonical_form      text not null,
    fingerprint_version smallint not null
);

create table caravan.dedup_bucket (
    id         integer generated always as identity primary key,
    repository integer not null references caravan.dedup_repository on delete cascade,
    state      text not null check (state in ('CURRENT', 'PREVIOUS', 'EXPIRED')),
    opened_at  timestamptz not null
);
create unique index on caravan.dedup_bucket (repository) where state = 'CURRENT';
create unique index on caravan.dedup_bucket (repository) where state = 'PREVIOUS';

-- Each bucket is the partition caravan.dedup_key_<bucket>, with a unique index on hash. Batches name that partition
-- instead of this table, so that opening and dropping buckets of one repository never waits for batches of another.
create table caravan.dedup_key (
    bucket       integer not null,
    hash         uuid not null,
    first_seen   timestamptz not null,
    leased_until timestamptz,  -- the work on it has not been confirmed: from then on the key counts as unseen
    holder       uuid          -- whose work that is
) partition by list (bucket);

create table caravan.dedup_dropped (
    id           bigint not null,
    transaction  xid8 not null default pg_current_xact_id(),  -- with id: the order in which from: dedup: reads
    repository   text not null,
    key          text not null,  -- for people, may be cut
    hash         uuid not null,
    hash_version smallint not null,
    first_seen   timestamptz not null,
    seen_again   timestamptz not null,
    late         interval generated always as (seen_again - first_seen) stored,
    batch        uuid not null,
    source       text not null,
    record       text not null
) partition by range (seen_again);
create sequence caravan.dedup_dropped_id owned by caravan.dedup_dropped.id;
alter table caravan.dedup_dropped alter column id set default nextval('caravan.dedup_dropped_id');
create index on caravan.dedup_dropped (repository, transaction, id);
create index on caravan.dedup_dropped (batch);

-- How far each route that starts with from: dedup: has read.
create table caravan.dedup_reader (
    repository  text not null,
    reader      text not null,
    transaction xid8 not null,
    id          bigint not null,
    primary key (repository, reader)
);

-- Functions and not statements of the client, because the lock must come before the snapshot that names the buckets, and
-- all of it must be one round trip.

-- The buckets that hold keys of a repository, pinned until the transaction ends.
create function caravan.dedup_pin(repository_id integer, out current_bucket integer, out previous_bucket integer)
language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared('caravan.dedup_repository'::regclass::oid::integer, repository_id);
    select max(id) filter (where state = 'CURRENT'), max(id) filter (where state = 'PREVIOUS')
    into current_bucket, previous_bucket
    from caravan.dedup_bucket
    where repository = repository_id and state <> 'EXPIRED';
    if current_bucket is null then
        raise exception 'No dedup repository has the id %; was it dropped by hand?', repository_id
            using hint = 'Restart the route: it registers the repository again.';
    end if;
end $$;

-- Remembers the hashes (distinct) that are not yet remembered and returns the others with what is known of them.
-- Waits for other transactions that are admitting the same hashes; in hash order, so that they never wait in a circle.
create function caravan.dedup_admit(
    repository_id integer, hashes uuid[], at timestamptz, lease_until timestamptz, lease_holder uuid)
returns table (hash uuid, first_seen timestamptz, leased_until timestamptz, holder uuid)
language plpgsql
set enable_seqscan = off  -- a fresh bucket has no statistics; looking up by the index is always right here
set jit = off
as $$
#variable_conflict use_column
declare
    pinned record;
    forgotten timestamptz;  -- keys first seen at this moment or before are forgotten
    keys text;
    earlier_keys text;
    candidates uuid[] := hashes;
    met uuid[];
    known record;
begin
    select * into strict pinned from caravan.dedup_pin(repository_id);
    keys := format('caravan.dedup_key_%s', pinned.current_bucket);
    earlier_keys := format('caravan.dedup_key_%s', coalesce(pinned.previous_bucket, pinned.current_bucket));
    select coalesce(at - r.remember_for, '-infinity') into strict forgotten
    from caravan.dedup_repository r where r.id = repository_id;

    while cardinality(candidates) > 0 loop
        met := '{}';
        for hash, first_seen, leased_until, holder in execute format($sql$
            with earlier as materialized (
                select k.hash, k.first_seen, k.leased_until, k.holder
                from unnest($1) as given (hash)
                cross join lateral (
                    select k.* from %2$s k
                    where k.hash = given.hash and k.first_seen > $4 and (k.leased_until is null or k.leased_until > $3)
                    limit 1) k
            ), fresh as (
                insert into %1$s (bucket, hash, first_seen, leased_until, holder)
                select $2, given.hash, $3, $5, $6
                from unnest($1) as given (hash)
                where not exists (select from earlier where earlier.hash = given.hash)
                order by given.hash
                on conflict (hash) do nothing
                returning hash
            )
            select * from earlier
            union all
            select given.hash, null, null, null
            from unnest($1) as given (hash)
            where not exists (select from earlier where earlier.hash = given.hash)
              and not exists (select from fresh where fresh.hash = given.hash)
            $sql$, keys, earlier_keys)
            using candidates, pinned.current_bucket, at, forgotten, lease_until, lease_holder
        loop
            if first_seen is null then
                met := met || hash;
            else
                return next;
            end if;
        end loop;
        candidates := '{}';
        exit when cardinality(met) = 0;

        -- A new snapshot: it shows the rows that the insert met, also those committed since the insert began. A key that was
        -- forgotten while its bucket is still open, or whose lease is over, is taken over; one removed since then is tried again.
        for known in execute format($sql$
            with stale as (
                select hash from %1$s
                where hash = any($1) and (first_seen <= $3 or leased_until <= $2)
                order by hash for update
            ), renewed as (
                update %1$s k set first_seen = $2, leased_until = $4, holder = $5
                from stale where k.hash = stale.hash
                returning k.hash
            )
            select given.hash as met, k.*, renewed.hash is not null as is_renewed
            from unnest($1) as given (hash)
            left join %1$s k on k.hash = given.hash
            left join renewed on renewed.hash = given.hash
            $sql$, keys)
            using met, at, forgotten, lease_until, lease_holder
        loop
            if known.hash is null then
                candidates := candidates || known.met;
            elsif not known.is_renewed then
                hash := known.hash;
                first_seen := known.first_seen;
                leased_until := known.leased_until;
                holder := known.holder;
                return next;
            end if;
        end loop;
    end loop;
end $$;

-- What is remembered of one hash at this moment; no row where it is unseen.
create function caravan.dedup_find(repository_id integer, wanted uuid, at timestamptz)
returns table (first_seen timestamptz, leased_until timestamptz, holder uuid)
language plpgsql
set enable_seqscan = off
as $$
declare
    pinned record;
    forgotten timestamptz;
begin
    select * into strict pinned from caravan.dedup_pin(repository_id);
    select coalesce(at - r.remember_for, '-infinity') into strict forgotten
    from caravan.dedup_repository r where r.id = repository_id;
    return query execute format($sql$
        select k.first_seen, k.leased_until, k.holder
        from (select * from caravan.dedup_key_%1$s where hash = $1
              union all
              select * from caravan.dedup_key_%2$s where hash = $1) k
        where k.first_seen > $3 and (k.leased_until is null or k.leased_until > $2)
        limit 1
        $sql$, pinned.current_bucket, coalesce(pinned.previous_bucket, pinned.current_bucket))
        using wanted, at, forgotten;
end $$;

-- The work on these hashes is done: keeps them without a lease. Without a holder, whoever holds them; returns how many there were.
create function caravan.dedup_confirm(repository_id integer, hashes uuid[], lease_holder uuid) returns integer
language plpgsql
set enable_seqscan = off
as $$
declare
    pinned record;
    bucket integer;
    changed integer;
    confirmed integer := 0;
begin
    select * into strict pinned from caravan.dedup_pin(repository_id);
    foreach bucket in array array_remove(array[pinned.current_bucket, pinned.previous_bucket], null) loop
        execute format($sql$
            update caravan.dedup_key_%s set leased_until = null
            where hash = any($1) and leased_until is not null and ($2 is null or holder = $2)
            $sql$, bucket) using hashes, lease_holder;
        get diagnostics changed = row_count;
        confirmed := confirmed + changed;
    end loop;
    return confirmed;
end $$;

-- The work on these hashes failed: forgets them. Without a holder, whoever holds them; returns how many there were.
create function caravan.dedup_remove(repository_id integer, hashes uuid[], lease_holder uuid) returns integer
language plpgsql
set enable_seqscan = off
as $$
declare
    pinned record;
    bucket integer;
    changed integer;
    removed integer := 0;
begin
    select * into strict pinned from caravan.dedup_pin(repository_id);
    foreach bucket in array array_remove(array[pinned.current_bucket, pinned.previous_bucket], null) loop
        execute format('delete from caravan.dedup_key_%s where hash = any($1) and ($2 is null or holder = $2)', bucket)
            using hashes, lease_holder;
        get diagnostics changed = row_count;
        removed := removed + changed;
    end loop;
    return removed;
end $$;
