package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.poll.PollDecision.Reason;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class CallRepositoryTest {
    private static final CallOutcome GOOD =
            new CallOutcome(200, 1, 10, Duration.ofMillis(5), Optional.empty(), null, false);

    private final Database database;
    private final CallRepository calls;
    private final String provider = UUID.randomUUID().toString();

    CallRepositoryTest(Database database) {
        this.database = database;
        this.calls = new CallRepository(database);
    }

    private static CallLimit limit(int calls, int burst, int concurrent, Optional<Budget> budget) {
        return new CallLimit(
                calls,
                Duration.ofMinutes(1),
                burst,
                concurrent,
                Duration.ofSeconds(30),
                BigDecimal.ONE,
                budget.<ZoneId>map(Budget::zone).orElse(ZoneOffset.UTC),
                budget);
    }

    private CallWish wish(Purpose purpose) {
        return CallWish.other(new StreamName(provider, "s"), purpose, "main", false);
    }

    private Permit take(CallLimit limit, Purpose purpose) {
        return calls.take(wish(purpose), limit);
    }

    private Permit.Granted granted(CallLimit limit) {
        return (Permit.Granted) take(limit, Purpose.LIVE);
    }

    private Permit.Refused refused(CallLimit limit, Purpose purpose) {
        return (Permit.Refused) take(limit, purpose);
    }

    @Test
    void aSlotIsGivenBackAWindowAfterTheAnswer() {
        CallLimit two = limit(2, 2, 2, Optional.empty());
        calls.finish(granted(two).callId(), GOOD, two.window());
        calls.finish(granted(two).callId(), GOOD, two.window());
        Permit.Refused third = refused(two, Purpose.LIVE);
        assertThat(third.reason()).isEqualTo(Reason.RATE_LIMIT);
        assertThat(third.pause()).isBetween(Duration.ofSeconds(55), Duration.ofSeconds(60));
    }

    @Test
    void callsOfADeadServiceAreUnderWayNoMoreButKeepTheirSlots() {
        CallLimit oneAtATime = limit(2, 2, 1, Optional.empty());
        granted(oneAtATime);
        assertThat(refused(oneAtATime, Purpose.LIVE).pause()).isLessThan(Duration.ofSeconds(1));
        assertThat(calls.abandonAll()).isGreaterThanOrEqualTo(1);
        granted(oneAtATime);
        calls.abandonAll();
        assertThat(refused(oneAtATime, Purpose.LIVE).pause()).isGreaterThan(Duration.ofSeconds(80));
    }

    @Test
    void anUnansweredCallKeepsItsSlotAWindowBeyondItsDeadline() {
        CallLimit one = limit(1, 1, 2, Optional.empty());
        calls.finish(
                granted(one).callId(),
                new CallOutcome(0, 0, 0, Duration.ZERO, Optional.of(ErrorKind.TIMEOUT), "gone", false),
                one.window());
        assertThat(refused(one, Purpose.LIVE).pause()).isBetween(Duration.ofSeconds(85), Duration.ofSeconds(90));
    }

    @Test
    void noMoreThanTheConcurrentCallsAreUnderWay() {
        CallLimit limit = limit(100, 100, 2, Optional.empty());
        Permit.Granted first = granted(limit);
        granted(limit);
        assertThat(refused(limit, Purpose.LIVE).pause()).isLessThan(Duration.ofSeconds(1));
        calls.finish(first.callId(), GOOD, limit.window());
        granted(limit);
    }

    @Test
    void beyondTheBurstCallsAreSpreadEvenly() {
        CallLimit limit = limit(60, 3, 10, Optional.empty());
        granted(limit);
        granted(limit);
        granted(limit);
        assertThat(refused(limit, Purpose.LIVE).pause()).isBetween(Duration.ofMillis(100), Duration.ofSeconds(1));
    }

    @Test
    void backfillLeavesSlotsForLiveAndKeepsOffWhileLiveWaits() {
        CallLimit ten = limit(10, 10, 100, Optional.empty());
        for (int i = 0; i < 9; i++) {
            assertThat(take(ten, Purpose.BACKFILL)).isInstanceOf(Permit.Granted.class);
        }
        assertThat(take(ten, Purpose.BACKFILL)).isInstanceOf(Permit.Refused.class);
        assertThat(take(ten, Purpose.LIVE)).isInstanceOf(Permit.Granted.class);
        Permit.Refused live = refused(ten, Purpose.LIVE);
        assertThat(refused(ten, Purpose.BACKFILL).pause())
                .isGreaterThan(live.pause().plusSeconds(3));
    }

    @Test
    void theDaysBudgetIsNeverExceededAndCountsCallsThatWereLost() {
        Optional<Budget> three =
                Optional.of(new Budget(BigDecimal.ONE, BigDecimal.valueOf(3), ProviderDay.whereItIsSixInTheMorning()));
        CallLimit limit = limit(1000, 1000, 1000, three);
        database.runInTransaction(connection -> {
            try (var insert = connection.prepareStatement(
                    "insert into caravan.poll_provider (name, cost_day, cost_spent) values (?, ?, 3)")) {
                insert.setString(1, provider);
                insert.setObject(2, LocalDate.now(three.orElseThrow().zone()));
                insert.executeUpdate();
            }
        });
        Permit.Refused refused = refused(limit, Purpose.LIVE);
        assertThat(refused.reason()).isEqualTo(Reason.BUDGET);
        assertThat(refused.pause()).isBetween(Duration.ofHours(18).minusMinutes(5), Duration.ofHours(18));
    }

    @Test
    void aCallThatTheProviderDoesNotCountTakesNoSlotAndNoMoneyAndHoldsWhileItIsBlocked() {
        Optional<Budget> one =
                Optional.of(new Budget(BigDecimal.ONE, BigDecimal.ONE, ProviderDay.whereItIsSixInTheMorning()));
        CallLimit limit = limit(1, 1, 1, one);
        Permit.Granted token = (Permit.Granted) calls.takeUncounted(wish(Purpose.TOKEN), limit);
        calls.finish(token.callId(), GOOD, limit.window());
        assertThat(token.budgetLeft()).hasValue(BigDecimal.ONE);
        assertThat(granted(limit).budgetLeft()).hasValue(BigDecimal.ZERO);

        calls.block(provider, Duration.ofSeconds(30), Reason.BACKOFF);
        assertThat(calls.takeUncounted(wish(Purpose.TOKEN), limit)).isInstanceOf(Permit.Refused.class);
    }

    @Test
    void aProvidersPauseHoldsForAll() {
        CallLimit limit = limit(100, 100, 100, Optional.empty());
        granted(limit);
        calls.block(provider, Duration.ofSeconds(30), Reason.ASKED_BY_PROVIDER);
        calls.block(provider, Duration.ofSeconds(5), Reason.ASKED_BY_PROVIDER);
        assertThat(refused(limit, Purpose.LIVE).reason()).isEqualTo(Reason.ASKED_BY_PROVIDER);
        assertThat(refused(limit, Purpose.LIVE).pause()).isGreaterThan(Duration.ofSeconds(20));
        new ProviderRepository(database).resume(provider);
        granted(limit);
    }

    @Test
    void theTableKnowsEveryErrorKindAndPurpose() {
        CallLimit limit = limit(1000, 1000, 1000, Optional.empty());
        Arrays.stream(ErrorKind.values())
                .forEach(kind -> calls.finish(
                        granted(limit).callId(),
                        new CallOutcome(0, 0, 0, Duration.ZERO, Optional.of(kind), "x", false),
                        limit.window()));
        Arrays.stream(Purpose.values())
                .forEach(purpose -> assertThat(take(limit, purpose)).isInstanceOf(Permit.Granted.class));
    }
}
