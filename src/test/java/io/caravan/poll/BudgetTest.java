package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {
    private static final ZoneId ZURICH = ZoneId.of("Europe/Zurich");

    @Test
    void theDaysFirstCallMayComeAtMidnight() {
        Budget budget = budget("0.001", "0.024");
        Instant midnight = at("2026-05-04T00:00");
        assertThat(budget.nextCall(midnight, spent("0"), midnight.minusSeconds(1))
                        .at())
                .isEqualTo(midnight);
    }

    @ParameterizedTest
    @CsvSource({"2026-05-04, 24", "2026-03-29, 23", "2026-10-25, 25"})
    void oneCallAnHourIsSpreadOverTheWholeLocalDay(LocalDate date, int hours) {
        List<Instant> calls = callsOfADay(budget("0.01", "0." + hours), date);
        assertThat(calls).hasSize(hours);
        assertThat(calls.get(1)).isEqualTo(calls.get(0).plus(Duration.ofHours(1)));
        assertThat(calls.get(hours - 1)).isEqualTo(calls.get(0).plus(Duration.ofHours(hours - 1)));
    }

    @Test
    void aPriceThatDivesNotEvenlyIsNeverExceeded() {
        List<Instant> calls = callsOfADay(budget("0.07", "1"), LocalDate.parse("2026-05-04"));
        assertThat(calls).hasSize(14);
    }

    @Test
    void whatAccruedUnspentMayBeSpentAtOnce() {
        Budget budget = budget("0.001", "24");
        Instant noon = at("2026-05-04T12:00");
        assertThat(budget.nextCall(noon, spent("11.999"), noon).at()).isEqualTo(noon);
        assertThat(budget.nextCall(noon, spent("12.001"), noon).at()).isAfter(noon);
    }

    @Test
    void whatIsLeftAfterOverspendingIsSpreadOverTheRestOfTheDay() {
        Budget budget = budget("1", "24");
        Instant noon = at("2026-05-04T12:00");
        assertThat(budget.nextCall(noon, spent("21"), noon).at()).isEqualTo(noon.plus(Duration.ofHours(3)));
    }

    @Test
    void aSpentBudgetWaitsForTheProvidersMidnight() {
        Budget budget = budget("1", "24.5");
        Instant evening = at("2026-10-25T20:00");
        assertThat(budget.nextCall(evening, spent("24"), evening).at()).isEqualTo(at("2026-10-26T00:00"));
        assertThat(budget.callsLeft(spent("24"))).isZero();
        assertThat(budget.left(spent("24"))).isEqualByComparingTo("0.5");
    }

    @Test
    void decimalsAreExact() {
        Budget budget = budget("0.1", "0.3");
        assertThat(budget.callsLeft(spent("0.2"))).isEqualTo(1);
        assertThat(budget.callsLeft(spent("0.3"))).isZero();
    }

    @Test
    void freeCallsNeverWait() {
        Budget budget = budget("0", "0");
        Instant noon = at("2026-05-04T12:00");
        assertThat(budget.nextCall(noon, spent("0"), noon).at()).isEqualTo(noon);
    }

    @Test
    void aBudgetThatPaysForNoCallIsRefused() {
        assertThatThrownBy(() -> budget("0.01", "0.001")).hasMessageContaining("raise costPerDay");
        assertThatThrownBy(() -> budget("-1", "0.001")).hasMessageContaining("zero or more");
    }

    /** The calls that a stream makes which always wants to call. */
    private static List<Instant> callsOfADay(Budget budget, LocalDate date) {
        Instant now = date.atStartOfDay(ZURICH).toInstant();
        Instant end = date.plusDays(1).atStartOfDay(ZURICH).toInstant();
        BigDecimal spent = BigDecimal.ZERO;
        Instant lastCall = now.minusSeconds(1);
        List<Instant> calls = new ArrayList<>();
        while (now.isBefore(end)) {
            Instant next = budget.nextCall(now, spent, lastCall).at();
            if (!next.isAfter(now)) {
                calls.add(now);
                lastCall = now;
                spent = spent.add(budget.costPerCall());
                next = now.plusNanos(1);
            }
            now = next;
        }
        assertThat(spent).isLessThanOrEqualTo(budget.costPerDay());
        return calls;
    }

    private static Budget budget(String perCall, String perDay) {
        return new Budget(new BigDecimal(perCall), new BigDecimal(perDay), ZURICH);
    }

    private static BigDecimal spent(String amount) {
        return new BigDecimal(amount);
    }

    private static Instant at(String local) {
        return LocalDateTime.parse(local).atZone(ZURICH).toInstant();
    }
}
