package io.caravan.watch.judge;

import static io.caravan.watch.series.SeriesState.LAGGING;
import static io.caravan.watch.series.SeriesState.LATE;
import static io.caravan.watch.series.SeriesState.MAINTENANCE;
import static io.caravan.watch.series.SeriesState.ON_TIME;
import static io.caravan.watch.series.SeriesState.PARTIAL;
import static io.caravan.watch.series.SeriesState.RETIRED;
import static io.caravan.watch.series.SeriesState.SILENT;
import static io.caravan.watch.series.SeriesState.UNKNOWN;
import static io.caravan.watch.series.SeriesState.VOLUME_DROP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.watch.series.SeriesState;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StateRulesTest {
    private final StateRules rules = StateRules.DEFAULT;

    /** What a look finds in the midst of each state; a packet has arrived where that is possible. */
    private static final Map<SeriesState, Signals> TYPICAL = new EnumMap<>(Map.of(
            ON_TIME, look().arrived().signals(),
            LATE, look().arrived().silence(3.5).signals(),
            SILENT, look().silence(7).signals(),
            PARTIAL, look().arrived().partial(6).signals(),
            VOLUME_DROP, look().arrived().volume(6).signals(),
            LAGGING, look().arrived().lag(1.2).signals(),
            UNKNOWN, look().arrived().young().signals(),
            MAINTENANCE, look().window().signals(),
            RETIRED, look().retired().signals()));

    static Stream<Arguments> everyPair() {
        return Stream.of(SeriesState.values())
                .flatMap(from -> Stream.of(SeriesState.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("everyPair")
    void eachStateFollowsFromEachOther(SeriesState from, SeriesState to) {
        assertThat(rules.next(from, java.util.Objects.requireNonNull(TYPICAL.get(to))))
                .isEqualTo(to);
    }

    /** What is above its end but below its beginning: only who is in the state stays in it. */
    static Stream<Arguments> between() {
        return Stream.of(
                Arguments.of(LATE, look().silence(2.7).signals()),
                Arguments.of(SILENT, look().silence(1).signals()),
                Arguments.of(PARTIAL, look().arrived().partial(3).signals()),
                Arguments.of(VOLUME_DROP, look().arrived().volume(3).signals()),
                Arguments.of(LAGGING, look().arrived().lag(0.7).signals()));
    }

    @ParameterizedTest
    @MethodSource("between")
    void noStateFlaps(SeriesState state, Signals between) {
        assertThat(rules.next(state, between)).isEqualTo(state);
        for (SeriesState other : SeriesState.values()) {
            boolean goesOnByItself = other == SILENT && !between.arrived();
            if (other != state && !goesOnByItself) {
                assertThat(rules.next(other, between)).as("from " + other).isEqualTo(ON_TIME);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SeriesState.class)
    void aQuietEndIsTheEndOfEverything(SeriesState was) {
        assertThat(rules.next(was, look().arrived().signals())).isEqualTo(ON_TIME);
    }

    @Test
    void aSilenceEndsWithAPacketAndNotWithAScore() {
        assertThat(rules.next(SILENT, look().silence(0).signals())).isEqualTo(SILENT);
        assertThat(rules.next(SILENT, look().arrived().signals())).isEqualTo(ON_TIME);
    }

    @Test
    void aSilenceShorterThanAPollIsLateAtMost() {
        assertThat(rules.next(ON_TIME, look().silence(9).tooShort().signals())).isEqualTo(LATE);
    }

    @Test
    void whoIsStillSilentAfterMaintenanceIsSilentAtOnce() {
        Signals overdue = look().overdue().signals();
        assertThat(rules.next(MAINTENANCE, overdue)).isEqualTo(SILENT);
        assertThat(rules.next(ON_TIME, overdue)).as("without a window before").isEqualTo(ON_TIME);
    }

    @Test
    void theWorstOfSeveralCounts() {
        assertThat(rules.next(
                        ON_TIME, look().silence(9).partial(9).volume(9).lag(2).signals()))
                .isEqualTo(SILENT);
        assertThat(rules.next(ON_TIME, look().silence(4).partial(9).volume(9).signals()))
                .isEqualTo(PARTIAL);
        assertThat(rules.next(SILENT, look().window().silence(9).signals())).isEqualTo(MAINTENANCE);
        assertThat(rules.next(MAINTENANCE, look().retired().window().signals())).isEqualTo(RETIRED);
    }

    @Test
    void whatIsKnownToLackIsNotHiddenByALatePacket() {
        assertThat(rules.next(PARTIAL, look().silence(3.5).partial(6).signals()))
                .isEqualTo(PARTIAL);
    }

    @Test
    void rulesThatCannotHoldAreRefused() {
        assertThatThrownBy(() -> new StateRules(3, 4, 5, 2, 0.5)).hasMessageContaining("no higher value");
    }

    private static Look look() {
        return new Look();
    }

    private static final class Look {
        private boolean retired;
        private boolean window;
        private boolean young;
        private boolean arrived;
        private boolean overdue;
        private boolean longEnough = true;
        private double silence;
        private double partial;
        private double volume;
        private double lag;

        Signals signals() {
            return new Signals(retired, window, young, arrived, silence, 6, longEnough, overdue, partial, volume, lag);
        }

        Look retired() {
            retired = true;
            return this;
        }

        Look window() {
            window = true;
            return this;
        }

        Look young() {
            young = true;
            return this;
        }

        Look arrived() {
            arrived = true;
            return this;
        }

        Look overdue() {
            overdue = true;
            return this;
        }

        Look tooShort() {
            longEnough = false;
            return this;
        }

        Look silence(double score) {
            silence = score;
            return this;
        }

        Look partial(double score) {
            partial = score;
            return this;
        }

        Look volume(double score) {
            volume = score;
            return this;
        }

        Look lag(double share) {
            lag = share;
            return this;
        }
    }
}
