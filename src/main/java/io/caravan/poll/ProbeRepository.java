package io.caravan.poll;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When each credential is tried next. Safe for any thread. */
final class ProbeRepository {
    private static final Query PLAN = Query.of("""
            insert into caravan.poll_probe (provider, credential, due_at)
            select :provider, name, :due from unnest(:credentials::text[]) as name
            on conflict (provider, credential) do update set due_at = least(poll_probe.due_at, excluded.due_at)""");

    private static final Query FORGET = Query.of(
            "delete from caravan.poll_probe where provider = :provider and not credential = any(:credentials::text[])");

    /** Of nodes that look at the same moment one gets it; it is due again after the longest that a call may take, in case that node dies. */
    private static final Query CLAIM = Query.of("""
            with due as (
                select credential, due_at from caravan.poll_probe
                 where provider = :provider and due_at <= :now order by due_at limit 1 for update skip locked)
            update caravan.poll_probe probe set due_at = :lease
              from due where probe.provider = :provider and probe.credential = due.credential
            returning due.credential, due.due_at = '-infinity' as asked, probe.refusals""");

    private static final Query NEXT = Query.of("""
            update caravan.poll_probe set due_at = :due, refusals = :refusals
             where provider = :provider and credential = :credential and due_at > '-infinity'""");

    private static final Query ASK =
            Query.of("update caravan.poll_probe set due_at = '-infinity' where provider = :provider");

    private static final Query NEWEST_CALL = Query.of("select coalesce(max(id), 0) as id from caravan.call");

    private static final Query RESULTS = Query.of("""
            select distinct on (credential) credential, error_kind is null as accepted, coalesce(error, '') as error from caravan.call
             where provider = :provider and id > :after and ended_at is not null and not renewed
               and (purpose = 'PROBE' or (purpose = 'TOKEN' and stream = 'probe' and error_kind is not null))
             order by credential, id desc""");

    private final Database database;

    ProbeRepository(Database database) {
        this.database = database;
    }

    /**
     * A credential to be tried now.
     *
     * @param asked whether somebody wants to know now, so that a pause doesn't keep it off
     * @param refusals in a row until now
     */
    record Due(String credential, boolean asked, int refusals) {}

    /** Makes the credentials of a provider, and no others, due then, or before where they are already. */
    void plan(String provider, List<String> credentials, Instant due) {
        database.inTransaction(connection -> {
            FORGET.on(database)
                    .set("provider", provider)
                    .set("credentials", credentials)
                    .update();
            return PLAN.on(database)
                    .set("provider", provider)
                    .set("credentials", credentials)
                    .set("due", due)
                    .update();
        });
    }

    /** The next one that is due, taken until {@code lease}. */
    Optional<Due> claim(String provider, Instant now, Instant lease) {
        return database.separately(connection -> CLAIM.on(database)
                .set("provider", provider)
                .set("now", now)
                .set("lease", lease)
                .first(row -> new Due(row.getString("credential"), row.getBoolean("asked"), row.getInt("refusals"))));
    }

    /** Calls after this one are newer than now. */
    long newestCall() {
        return NEWEST_CALL.on(database).first(row -> row.getLong("id")).orElse(0L);
    }

    /** What came of the tries since a call. */
    List<ProbeResult> results(String provider, long after) {
        return RESULTS.on(database)
                .set("provider", provider)
                .set("after", after)
                .list(row -> new ProbeResult(
                        row.getString("credential"), row.getBoolean("accepted"), row.getString("error")));
    }

    /** When it is tried again, unless somebody asked for it meanwhile. */
    void next(String provider, String credential, Instant due, int refusals) {
        NEXT.on(database)
                .set("provider", provider)
                .set("credential", credential)
                .set("due", due)
                .set("refusals", refusals)
                .update();
    }

    /** Has all credentials of a provider tried as soon as a node looks; the answer is how many there are. */
    int ask(String provider) {
        return ASK.on(database).set("provider", provider).update();
    }
}
