package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.database.Query;
import io.caravan.watch.episode.CaughtUp;
import io.caravan.watch.series.SeriesKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads from the record of calls which providers are in trouble. Joins the transaction of its caller. */
final class ErrorStreakRepository {
    /** A streak begins with an error not longer ago than this; between later tries it may be quiet for longer, as one keeps away. */
    private static final Duration RECENT = Duration.ofMinutes(15);

    private static final Duration DAY = Duration.ofHours(24);

    private static final String CLAIM_KEY = "caravan.watch_errors";

    private static final Query CLAIM = Query.of("select pg_try_advisory_xact_lock(hashtext(:key)) as claimed");

    /** Of providers with a recent error, or with an episode of errors that is open. */
    private static final Query STREAKS = Query.of("""
            with suspects as (
                select distinct provider from caravan.call where at > :recent and at <= :now and error_kind is not null
                union
                select split_part(series.name, ':', 1)
                  from caravan.watch_episode episode join caravan.watch_series series on series.id = episode.series_id
                 where episode.kind = 'ERRORS' and episode.closed_at is null),
            made as (
                select call.provider, call.credential, call.at, call.purpose, call.error_kind, call.renewed,
                       call.credential = coalesce(provider.credential, provider.credentials[1], call.credential) as in_use
                  from caravan.call call
                  join suspects on suspects.provider = call.provider
                  left join caravan.poll_provider provider on provider.name = call.provider
                 where call.at > :dayBefore and call.at <= :now and call.ended_at is not null),
            accepted as (
                select provider, credential, max(at) filter (where error_kind is null and purpose <> 'TOKEN') as at
                  from made group by provider, credential)
            select made.provider, made.credential, bool_or(made.in_use) as in_use, min(made.at) as since
              from made join accepted on accepted.provider = made.provider and accepted.credential = made.credential
             where made.error_kind is not null and not made.renewed and made.at > coalesce(accepted.at, '-infinity')
             group by made.provider, made.credential
             order by made.provider, in_use desc, made.credential""");

    private static final Query OPEN = Query.of("""
            select episode.id, series.id as series, series.kind, series.name, episode.opened_at
              from caravan.watch_episode episode join caravan.watch_series series on series.id = episode.series_id
             where episode.kind = 'ERRORS' and episode.closed_at is null""");

    /** What has come since it was told, if so many calls in a row were accepted, or one and none failed for so long. Only calls of the credential in question count. */
    private static final Query BACK = Query.of("""
            with made as (
                select call.at, call.records, call.error_kind, call.purpose, call.renewed
                  from caravan.call call left join caravan.poll_provider provider on provider.name = call.provider
                 where call.provider = :provider and call.at > :since and call.at <= :now and call.ended_at is not null
                   and call.credential = coalesce(:credential, provider.credential, provider.credentials[1], call.credential)),
            failed as (
                select coalesce(max(at), :since::timestamptz) as at from made where error_kind is not null and not renewed)
            select coalesce(sum(made.records), 0) as records
              from made, failed
             where made.error_kind is null and made.purpose <> 'TOKEN'
            having count(*) filter (where made.at > failed.at) >= :calls
                or (max(made.at) > max(failed.at) and max(failed.at) <= :quietSince)""");

    private static final Query IS_KNOWN = Query.of("""
            select 1 as one from caravan.call where provider = :provider and credential = :credential and at > :dayBefore limit 1""");

    private final Database database;

    ErrorStreakRepository(Database database) {
        this.database = database;
    }

    /**
     * An episode of errors that is open.
     *
     * @param series a provider, or {@code <provider>:<credential>}
     */
    record Open(UUID episode, long id, SeriesKind kind, String series, Instant openedAt) {
        String provider() {
            return series.split(":", 2)[0];
        }

        /** Empty: whichever is in use. */
        Optional<String> credential() {
            return kind == SeriesKind.CREDENTIAL
                    ? Optional.of(series.substring(provider().length() + 1))
                    : Optional.empty();
        }
    }

    /**
     * When errors are over.
     *
     * @param calls after so many accepted calls in a row
     * @param quiet or after one, when none has failed for so long
     */
    record Calm(int calls, Duration quiet) {
        static final Calm DEFAULT = new Calm(3, Duration.ofMinutes(10));

        Calm {
            if (calls < 1 || quiet.isNegative()) {
                throw new IllegalArgumentException("Errors that are over after " + calls + " accepted calls or " + quiet
                        + " would never be told; give 1 call or more, and no time below zero.");
            }
        }
    }

    /** Whether this transaction may do it; of all nodes one at a time does. */
    boolean claim() {
        return CLAIM.on(database)
                .set("key", CLAIM_KEY)
                .first(row -> row.getBoolean("claimed"))
                .orElse(false);
    }

    List<ErrorStreak> streaks(Instant now) {
        return STREAKS.on(database)
                .set("recent", now.minus(RECENT))
                .set("dayBefore", now.minus(DAY))
                .set("now", now)
                .list(row -> new ErrorStreak(
                        row.getString("provider"),
                        Optional.of(row.getString("credential")),
                        row.getBoolean("in_use"),
                        Query.requiredInstant(row, "since")));
    }

    List<Open> open() {
        return OPEN.on(database)
                .list(row -> new Open(
                        Query.uuid(row, "id"),
                        row.getLong("series"),
                        SeriesKind.valueOf(row.getString("kind")),
                        row.getString("name"),
                        Query.requiredInstant(row, "opened_at")));
    }

    /** How many records were fetched since it was told; empty: it isn't over. */
    Optional<CaughtUp> back(Open open, Calm calm, Instant now) {
        return BACK.on(database)
                .set("provider", open.provider())
                .set("credential", open.credential().orElse(null))
                .set("since", open.openedAt())
                .set("calls", calm.calls())
                .set("quietSince", now.minus(calm.quiet()))
                .set("now", now)
                .first(row -> new CaughtUp(row.getLong("records"), Optional.empty()));
    }

    /** Whether anybody has used the credential in the last day. */
    boolean isInSight(Open open, Instant now) {
        return open.credential().isEmpty()
                || IS_KNOWN.on(database)
                        .set("provider", open.provider())
                        .set("credential", open.credential().get())
                        .set("dayBefore", now.minus(DAY))
                        .first(row -> true)
                        .orElse(false);
    }
}
