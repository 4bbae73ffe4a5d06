package io.caravan.poll;

import io.caravan.database.Database;
import io.caravan.database.Query;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What all nodes have in common about a provider: which credential is in use, since when access tokens are good, whether it is paused. Safe for any thread. */
public final class ProviderRepository {
    private static final Query ACCESS =
            Query.of("select credential, tokens_since from caravan.poll_provider where name = :name");

    private static final Query KNOW = Query.of("""
            insert into caravan.poll_provider as known (name, credentials) values (:name, :credentials::text[])
            on conflict (name) do update set credentials = excluded.credentials where known.credentials <> excluded.credentials""");

    private static final Query FIND = Query.of("""
            select credential, credentials, paused_at, paused_by, paused_why, clock_timestamp() < blocked_until as blocked, refusals,
                   (select coalesce(max(refusals), 0) from caravan.poll_probe probe
                     where probe.provider = name and probe.credential <> coalesce(poll_provider.credential, credentials[1])) as other_refusals
              from caravan.poll_provider where name = :name""");

    private static final Query USE = Query.of("""
            update caravan.poll_provider
               set credential = :credential, refusals = 0, blocked_until = '-infinity', blocked_by = null
             where name = :name and coalesce(credential, credentials[1]) = :before""");

    private static final Query RENEW =
            Query.of("update caravan.poll_provider set tokens_since = clock_timestamp() where name = :name");

    private static final Query PAUSE = Query.of("""
            update caravan.poll_provider set paused_at = clock_timestamp(), paused_by = :who, paused_why = :why
             where name = :name and paused_at is null""");

    private static final Query RESUME = Query.of("""
            update caravan.poll_provider
               set paused_at = null, paused_by = null, paused_why = null, refusals = 0, blocked_until = '-infinity', blocked_by = null
             where name = :name""");

    private static final Query ACCEPTED = Query.of("""
            update caravan.poll_provider set refusals = 0, blocked_until = '-infinity', blocked_by = null
             where name = :name and refusals > 0 and blocked_by = 'BACKOFF'""");

    private static final Query RETRY = Query.of("""
            update caravan.poll_stream set failures = 0, retry_at = null
             where provider = :name and halted_at is null and retry_at is not null""");

    private static final Query OVERVIEW = Query.of("""
            select name, coalesce(credential, credentials[1], 'main') as credential, credentials, refusals, paused_by, paused_why,
                   case when blocked_until > clock_timestamp() then blocked_until end as held_until,
                   (select max(at) from caravan.call
                     where provider = name and error_kind is null and purpose <> 'TOKEN' and at > clock_timestamp() - interval '1 day') as last_accepted,
                   (select string_agg(probe.credential || ' refused ' || probe.refusals || ' times', ', ' order by probe.credential)
                      from caravan.poll_probe probe where probe.provider = name and probe.refusals > 0) as probes
              from caravan.poll_provider order by name""");

    private static final Query RECORD = Query.of("""
            insert into caravan.poll_action (at, provider, action, who, why, done, said)
            values (clock_timestamp(), :provider, :action, :who, :why, :done, :said)""");

    private final Database database;

    public ProviderRepository(Database database) {
        this.database = database;
    }

    /**
     * How calls log in.
     *
     * @param credential empty: the first
     * @param tokensSince access tokens from before are not to be used any more
     */
    record Access(Optional<String> credential, Instant tokensSince) {
        static final Access FIRST = new Access(Optional.empty(), Instant.EPOCH);
    }

    /**
     * How a provider stands.
     *
     * @param credentials all names, the first credential's first; empty where no node has polled it yet
     * @param credential the one in use
     * @param paused by whom and why
     * @param blocked whether calls are held back after refusals, or as the provider asked
     * @param refusals in a row of the credential in use
     * @param otherRefusals in a row of the other one, when it was last tried
     */
    record Standing(
            List<String> credentials,
            Optional<String> credential,
            Optional<String> paused,
            boolean blocked,
            int refusals,
            int otherRefusals) {
        /** The one to change over to. */
        Optional<String> other() {
            return credentials.stream()
                    .filter(name -> !credential.equals(Optional.of(name)))
                    .findFirst();
        }
    }

    /**
     * A provider as people see it, for {@code caravan poll}.
     *
     * @param credential the one in use
     * @param credentials all names
     * @param refusals in a row of the one in use
     * @param paused by whom and why
     * @param heldUntil until when calls are held back after refusals, or as the provider asked
     * @param lastAccepted the last call of the last day that was accepted
     * @param probes which credentials were refused when they were last tried
     */
    public record Overview(
            String name,
            String credential,
            List<String> credentials,
            int refusals,
            Optional<String> paused,
            Optional<Instant> heldUntil,
            Optional<Instant> lastAccepted,
            Optional<String> probes) {}

    /** All providers that were ever called, by name. */
    public List<Overview> overview() {
        return OVERVIEW.on(database)
                .list(row -> new Overview(
                        row.getString("name"),
                        row.getString("credential"),
                        names(row),
                        row.getInt("refusals"),
                        paused(row),
                        Optional.ofNullable(Query.instant(row, "held_until")),
                        Optional.ofNullable(Query.instant(row, "last_accepted")),
                        Optional.ofNullable(row.getString("probes"))));
    }

    Access access(String provider) {
        return database.separately(connection -> ACCESS.on(database)
                .set("name", provider)
                .first(row -> new Access(
                        Optional.ofNullable(row.getString("credential")), orEpoch(Query.instant(row, "tokens_since"))))
                .orElse(Access.FIRST));
    }

    private static Instant orEpoch(@Nullable Instant at) {
        return at == null || at.isBefore(Instant.EPOCH) ? Instant.EPOCH : at;
    }

    /** Notes by what names a provider's credentials go. */
    void know(String provider, List<String> credentials) {
        database.separately(connection -> KNOW.on(database)
                .set("name", provider)
                .set("credentials", credentials)
                .update());
    }

    Optional<Standing> find(String provider) {
        return FIND.on(database).set("name", provider).first(ProviderRepository::standing);
    }

    private static Standing standing(ResultSet row) throws SQLException {
        List<String> credentials = names(row);
        Optional<String> chosen = Optional.ofNullable(row.getString("credential"));
        return new Standing(
                credentials,
                chosen.or(() -> credentials.stream().findFirst()),
                paused(row),
                row.getBoolean("blocked"),
                row.getInt("refusals"),
                row.getInt("other_refusals"));
    }

    private static List<String> names(ResultSet row) throws SQLException {
        return List.of((String[]) row.getArray("credentials").getArray());
    }

    private static Optional<String> paused(ResultSet row) throws SQLException {
        String who = row.getString("paused_by");
        return who == null ? Optional.empty() : Optional.of("by " + who + ", " + row.getString("paused_why"));
    }

    /** Uses another credential from now on, on all nodes, at once; false when another one than {@code before} is in use. */
    boolean use(String provider, String before, String credential) {
        return USE.on(database)
                        .set("name", provider)
                        .set("before", before)
                        .set("credential", credential)
                        .update()
                > 0;
    }

    /** From now on no node uses an access token that it has. */
    boolean renewTokens(String provider) {
        return RENEW.on(database).set("name", provider).update() > 0;
    }

    /** False when it is paused already. */
    boolean pause(String provider, String who, String why) {
        return PAUSE.on(database)
                        .set("name", provider)
                        .set("who", who)
                        .set("why", why)
                        .update()
                > 0;
    }

    boolean resume(String provider) {
        return RESUME.on(database).set("name", provider).update() > 0;
    }

    /** The credential in use is accepted again: whom refusals kept away may go on at once. */
    void accepted(String provider) {
        database.separately(
                connection -> ACCEPTED.on(database).set("name", provider).update() > 0 ? retryStreams(provider) : 0);
    }

    /** Lets streams that wait after failures try again at once; halted ones stay so. */
    int retryStreams(String provider) {
        return RETRY.on(database).set("name", provider).update();
    }

    void record(String provider, Action action, String who, String why, boolean done, String said) {
        RECORD.on(database)
                .set("provider", provider)
                .set("action", action.word())
                .set("who", who)
                .set("why", why)
                .set("done", done)
                .set("said", said)
                .update();
    }
}
