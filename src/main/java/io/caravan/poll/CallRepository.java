package io.caravan.poll;

import io.caravan.database.Database;
import io.caravan.poll.PollDecision.Reason;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The calls made to providers: who may make one now, and how each ended. The provider's row is locked while that is decided and the call's own row takes a
 * slot at once, so that all nodes of a database share the limit.
 *
 * <p>Why the limit holds at the provider's end, in any window and with any delay on the way: a slot is given back one window after the
 * answer of its call was received, and a call is received before it is answered; so the call that reuses the slot arrives more than a window after the one that
 * had it. A call that was never answered (crash, timeout) may arrive until its deadline and keeps its slot one window longer than that. All times are the
 * database's. Safe for any thread.
 */
public final class CallRepository {
    /** How long a live stream's wish for a slot outlives the moment at which it was to ask again. */
    private static final Duration LIVE_WISH = Duration.ofSeconds(5);

    private final Database database;

    public CallRepository(Database database) {
        this.database = database;
    }

    /** Takes a slot for one call, or says when to ask again. */
    Permit take(CallWish wish, CallLimit limit) {
        String provider = wish.stream().provider();
        return database.separately(connection -> {
            State locked = lock(connection, provider, limit);
            State state = wish.evenIfHeld() ? locked.released() : locked;
            Usage usage = usage(connection, provider, state.now());
            Permit.Refused refused = refusal(connection, provider, wish.purpose(), limit, state, usage);
            if (refused == null) {
                return grant(connection, wish, limit, state);
            }
            if (!wish.purpose().comesLast()) {
                noteWait(connection, provider, refused, state.now().plus(refused.pause()));
            }
            return refused;
        });
    }

    /** Allows a call that the provider doesn't count: it takes no slot and costs nothing, and is refused only while nobody may call the provider at all. */
    Permit takeUncounted(CallWish wish, CallLimit limit) {
        return database.separately(connection -> {
            State locked = lock(connection, wish.stream().provider(), limit);
            State state = wish.evenIfHeld() ? locked.released() : locked;
            Optional<Permit.Refused> held = held(state);
            return held.isPresent() ? held.get() : grantUncounted(connection, wish, limit, state);
        });
    }

    /**
     * Records how a call ended; one that was answered gives its slot back after a window from now. Its commit isn't waited for until it is on disk, which would
     * delay the next call: if the server crashes in that moment, the slot is merely kept for longer.
     */
    void finish(long callId, CallOutcome outcome, Duration window) {
        database.separately(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    update caravan.call
                       set ended_at = clock_timestamp(),
                           slot_free_at = case when ? and slot_free_at > at then clock_timestamp() + ? * interval '1 microsecond' else slot_free_at end,
                           status = nullif(?, 0), records = ?, bytes = ?, milliseconds = ?, error_kind = ?, error = ?, renewed = ?
                     where id = ? and set_config('synchronous_commit', 'off', true) is not null""")) {
                update.setBoolean(1, outcome.answered());
                update.setLong(2, micros(window));
                update.setInt(3, outcome.status());
                update.setInt(4, outcome.records());
                update.setLong(5, outcome.bytes());
                update.setLong(6, outcome.took().toMillis());
                update.setString(7, outcome.kind().map(Enum::name).orElse(null));
                update.setString(8, outcome.error());
                update.setBoolean(9, outcome.renewed());
                update.setLong(10, callId);
                return update.executeUpdate();
            }
        });
    }

    /**
     * Notes that nobody waits for the calls under way any more, for the start of the only service on this database: they make room for others among the
     * concurrent ones. They keep their slots, as the provider may have counted them.
     *
     * @return how many were under way
     */
    public int abandonAll() {
        return database.separately(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    update caravan.call
                       set ended_at = clock_timestamp(), error_kind = 'CONNECTION', error = 'the service that called has died'
                     where ended_at is null and slot_free_at > clock_timestamp()""")) {
                return update.executeUpdate();
            }
        });
    }

    /** Nobody calls the provider for this long; a longer block that stands already is kept. */
    void block(String provider, Duration wait, Reason reason) {
        database.separately(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    update caravan.poll_provider
                       set blocked_until = clock_timestamp() + ? * interval '1 microsecond', blocked_by = ?
                     where name = ? and blocked_until < clock_timestamp() + ? * interval '1 microsecond'""")) {
                update.setLong(1, micros(wait));
                update.setString(2, reason.name());
                update.setString(3, provider);
                update.setLong(4, micros(wait));
                return update.executeUpdate();
            }
        });
    }

    /** Counts one more refused login with the credential in use; the answer is how many came in a row, 0 when another one is in use by now. */
    int refusedLogin(String provider, String credential) {
        return database.separately(connection -> {
            try (PreparedStatement update = connection.prepareStatement("""
                    update caravan.poll_provider set refusals = refusals + 1
                     where name = ? and coalesce(credential, ?) = ? returning refusals""")) {
                update.setString(1, provider);
                update.setString(2, credential);
                update.setString(3, credential);
                try (ResultSet row = update.executeQuery()) {
                    return row.next() ? row.getInt(1) : 0;
                }
            }
        });
    }

    /** The provider accepts our credentials again. */
    void acceptedLogin(String provider) {
        database.separately(connection -> execute(
                connection, "update caravan.poll_provider set refusals = 0 where name = ? and refusals > 0", provider));
    }

    /** Deletes records of calls that are older than {@code age} and don't hold a slot any more; the answer is how many. */
    int prune(String provider, Duration age) {
        return database.separately(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("""
                    delete from caravan.call
                     where provider = ? and slot_free_at < clock_timestamp()
                       and at < clock_timestamp() - ? * interval '1 microsecond'""")) {
                delete.setString(1, provider);
                delete.setLong(2, micros(age));
                return delete.executeUpdate();
            }
        });
    }

    /** The provider's row at the database's time, locked. */
    private record State(
            Instant now,
            Instant pacedUntil,
            Instant lastCallAt,
            Instant liveWantsUntil,
            BigDecimal spentToday,
            Instant blockedUntil,
            @Nullable String blockedBy,
            boolean paused) {

        /** As if nobody had asked to keep away. */
        State released() {
            return new State(now, pacedUntil, lastCallAt, liveWantsUntil, spentToday, Instant.EPOCH, null, false);
        }
    }

    /** The provider's slots in use: all, those of live streams, and the calls under way. */
    private record Usage(int slots, int live, int underWay) {}

    private static State lock(Connection connection, String provider, CallLimit limit) throws SQLException {
        State state = lockExisting(connection, provider, limit);
        if (state != null) {
            return state;
        }
        execute(connection, "insert into caravan.poll_provider (name) values (?) on conflict do nothing", provider);
        return Objects.requireNonNull(lockExisting(connection, provider, limit));
    }

    /** Only behind the lock, which the first part waits for, is the time the one at which we decide. */
    private static @Nullable State lockExisting(Connection connection, String provider, CallLimit limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                with locked as materialized (select * from caravan.poll_provider where name = ? for update)
                select clock_timestamp(), greatest(paced_until, 'epoch'), greatest(last_call_at, 'epoch'), greatest(live_wants_until, 'epoch'),
                       cost_day, cost_spent, greatest(blocked_until, 'epoch'), blocked_by, paused_at is not null
                  from locked""")) {
            select.setString(1, provider);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                Instant now = row.getTimestamp(1).toInstant();
                Date day = row.getDate(5);
                boolean today = day != null && day.toLocalDate().equals(today(limit, now));
                return new State(
                        now,
                        row.getTimestamp(2).toInstant(),
                        row.getTimestamp(3).toInstant(),
                        row.getTimestamp(4).toInstant(),
                        today ? row.getBigDecimal(6) : BigDecimal.ZERO,
                        row.getTimestamp(7).toInstant(),
                        row.getString(8),
                        row.getBoolean(9));
            }
        }
    }

    private static Usage usage(Connection connection, String provider, Instant now) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("""
                select count(*), count(*) filter (where purpose = 'LIVE'), count(*) filter (where ended_at is null and deadline > ?)
                  from caravan.call where provider = ? and slot_free_at > ?""")) {
            select.setTimestamp(1, Timestamp.from(now));
            select.setString(2, provider);
            select.setTimestamp(3, Timestamp.from(now));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return new Usage(row.getInt(1), row.getInt(2), row.getInt(3));
            }
        }
    }

    /** The last of all obstacles to fall; null when there is none. */
    private static Permit.@Nullable Refused refusal(
            Connection connection, String provider, Purpose purpose, CallLimit limit, State state, Usage usage)
            throws SQLException {
        Permit.@Nullable Refused latest = held(state).orElse(null);
        Instant paced = state.pacedUntil().minus(limit.lead());
        if (paced.isAfter(state.now())) {
            latest = later(latest, refused(state, paced, Reason.RATE_LIMIT));
        }
        int allowed = purpose.comesLast() ? limit.calls() - limit.reservedForLive() : limit.calls();
        if (usage.slots() >= allowed) {
            latest = later(
                    latest,
                    refused(
                            state,
                            slotFree(connection, provider, state.now(), usage.slots() - allowed),
                            Reason.RATE_LIMIT));
        }
        if (usage.underWay() >= limit.concurrent()) {
            latest = later(latest, new Permit.Refused(SHORTLY, Reason.RATE_LIMIT));
        }
        if (purpose.comesLast() && state.liveWantsUntil().isAfter(state.now())) {
            latest = later(latest, refused(state, state.liveWantsUntil(), Reason.RATE_LIMIT));
        }
        if (limit.budget().isPresent()) {
            Instant paid = affordable(purpose, limit.budget().get(), state);
            if (paid.isAfter(state.now())) {
                latest = later(latest, refused(state, paid, Reason.BUDGET));
            }
        }
        return latest;
    }

    /** How soon one asks again whether a pause is over. */
    private static final Duration WHILE_PAUSED = Duration.ofSeconds(5);

    /** While all concurrent calls are under way nobody knows when one ends. */
    private static final Duration SHORTLY = Duration.ofMillis(100);

    /** Backfill spends only what has accrued, live may also spend ahead as the budget spreads it. */
    private static Instant affordable(Purpose purpose, Budget budget, State state) {
        if (purpose.comesLast()
                && budget.nextCall(state.now(), state.spentToday().add(budget.costPerCall()), state.now())
                        .at()
                        .isAfter(state.now())) {
            return state.now().plus(LIVE_WISH);
        }
        return budget.nextCall(state.now(), state.spentToday(), state.lastCallAt())
                .at();
    }

    private static Permit.Refused refused(State state, Instant until, Reason reason) {
        return new Permit.Refused(Duration.between(state.now(), until), reason);
    }

    /** Why nobody may call the provider at all. */
    private static Optional<Permit.Refused> held(State state) {
        if (state.paused()) {
            return Optional.of(new Permit.Refused(WHILE_PAUSED, Reason.PAUSED));
        }
        return state.blockedUntil().isAfter(state.now())
                ? Optional.of(refused(state, state.blockedUntil(), Reason.valueOf(String.valueOf(state.blockedBy()))))
                : Optional.empty();
    }

    private static Permit.Refused later(Permit.@Nullable Refused one, Permit.Refused other) {
        return one == null || other.pause().compareTo(one.pause()) > 0 ? other : one;
    }

    /** When so many slots more than one are given back. */
    private static Instant slotFree(Connection connection, String provider, Instant now, int tooMany)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select slot_free_at from caravan.call where provider = ? and slot_free_at > ? order by slot_free_at offset ? limit 1")) {
            select.setString(1, provider);
            select.setTimestamp(2, Timestamp.from(now));
            select.setInt(3, tooMany);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getTimestamp(1).toInstant().plusNanos(1_000) : now;
            }
        }
    }

    private static Permit grant(Connection connection, CallWish wish, CallLimit limit, State state)
            throws SQLException {
        String provider = wish.stream().provider();
        BigDecimal cost = limit.costPerCall();
        Instant deadline = state.now().plus(limit.callTimeout());
        Instant paceFrom = state.pacedUntil().isAfter(state.now()) ? state.pacedUntil() : state.now();
        try (PreparedStatement insert = connection.prepareStatement("""
                with counted as (
                    update caravan.poll_provider set paced_until = ?, last_call_at = ?, cost_day = ?, cost_spent = ? where name = ?)
                insert into caravan.call (provider, stream, purpose, at, deadline, slot_free_at, window_from, window_to, cost, credential)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id""")) {
            insert.setTimestamp(1, Timestamp.from(paceFrom.plus(limit.interval())));
            insert.setTimestamp(2, Timestamp.from(state.now()));
            insert.setObject(3, today(limit, state.now()));
            insert.setBigDecimal(4, state.spentToday().add(cost));
            insert.setString(5, provider);
            insert.setString(6, provider);
            insert.setString(7, wish.stream().stream());
            insert.setString(8, wish.purpose().name());
            insert.setTimestamp(9, Timestamp.from(state.now()));
            insert.setTimestamp(10, Timestamp.from(deadline));
            insert.setTimestamp(11, Timestamp.from(deadline.plus(limit.window())));
            setInstant(insert, 12, wish.from().orElse(null));
            setInstant(insert, 13, wish.to().orElse(null));
            insert.setBigDecimal(14, cost);
            insert.setString(15, wish.credential());
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return new Permit.Granted(
                        row.getLong(1),
                        cost,
                        limit.budget()
                                .map(budget -> budget.left(state.spentToday().add(cost))));
            }
        }
    }

    private static Permit grantUncounted(Connection connection, CallWish wish, CallLimit limit, State state)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into caravan.call (provider, stream, purpose, at, deadline, slot_free_at, cost, credential)
                values (?, ?, ?, ?, ?, ?, 0, ?) returning id""")) {
            insert.setString(1, wish.stream().provider());
            insert.setString(2, wish.stream().stream());
            insert.setString(3, wish.purpose().name());
            insert.setTimestamp(4, Timestamp.from(state.now()));
            insert.setTimestamp(5, Timestamp.from(state.now().plus(limit.callTimeout())));
            insert.setTimestamp(6, Timestamp.from(state.now()));
            insert.setString(7, wish.credential());
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return new Permit.Granted(
                        row.getLong(1), BigDecimal.ZERO, limit.budget().map(budget -> budget.left(state.spentToday())));
            }
        }
    }

    /** That live data waits, and for what; while it waits for the limit, backfill keeps off. */
    private static void noteWait(Connection connection, String provider, Permit.Refused refused, Instant until)
            throws SQLException {
        boolean forLimit = refused.reason() == Reason.RATE_LIMIT;
        if (!forLimit && refused.reason() != Reason.BUDGET) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement("""
                update caravan.poll_provider
                   set live_wants_until = case when ? then ? else live_wants_until end, waits_for = ?, waits_until = ?
                 where name = ?""")) {
            update.setBoolean(1, forLimit);
            update.setTimestamp(2, Timestamp.from(until.plus(LIVE_WISH)));
            update.setString(3, refused.reason().name());
            update.setTimestamp(4, Timestamp.from(until));
            update.setString(5, provider);
            update.executeUpdate();
        }
    }

    private static LocalDate today(CallLimit limit, Instant now) {
        return LocalDate.ofInstant(now, limit.zone());
    }

    private static void setInstant(PreparedStatement statement, int index, @Nullable Instant instant)
            throws SQLException {
        if (instant == null) {
            statement.setNull(index, Types.TIMESTAMP);
        } else {
            statement.setTimestamp(index, Timestamp.from(instant));
        }
    }

    private static int execute(Connection connection, String sql, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            return statement.execute() ? 0 : statement.getUpdateCount();
        }
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }
}
