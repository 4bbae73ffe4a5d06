package io.caravan.watch.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.DetectorSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Silences that passed unseen; stream 100 is a provider of fleets 1 to 40, stream 200 a tenant of 1 to 8. */
class PassedGroupsTest {
    private static final Instant NINE = Instant.parse("2026-03-03T09:00:00Z");
    private static final Map<Long, Integer> SIZES = Map.of(100L, 40, 200L, 8);

    private final List<Passed> silences = new ArrayList<>();

    private static List<Long> fleets(long most) {
        return LongStream.rangeClosed(1, most).boxed().toList();
    }

    private void silent(long first, long last, int fromMinute, int untilMinute) {
        LongStream.rangeClosed(first, last)
                .forEach(fleet -> silences.add(new Passed(
                        fleet,
                        NINE.plus(Duration.ofMinutes(fromMinute - 10)),
                        NINE.plus(Duration.ofMinutes(fromMinute)),
                        NINE.plus(Duration.ofMinutes(untilMinute)),
                        true,
                        NINE)));
    }

    private List<PassedGroups> groups() {
        Map<Long, List<Long>> fleets = Map.of(100L, fleets(40), 200L, fleets(8));
        return PassedGroups.of(new Detector(DetectorSettings.DEFAULTS), 5, SIZES, fleets, silences);
    }

    @Test
    void manyAtOneMomentAreOneOutage() {
        silent(1, 20, 0, 60);
        silent(21, 22, 70, 90);
        List<PassedGroups> groups = groups();
        assertThat(groups).extracting(PassedGroups::stream).containsExactly(100L);
        assertThat(groups.get(0).members()).extracting(Passed::series).containsExactlyElementsOf(fleets(20));
        assertThat(groups.get(0).until()).isEqualTo(NINE.plus(Duration.ofMinutes(60)));
    }

    @Test
    void whereASmallerStreamHasNearlyAllOfThemItIsThatOnes() {
        silent(1, 8, 0, 60);
        assertThat(groups()).extracting(PassedGroups::stream).containsExactly(200L);
    }

    @Test
    void thoseThatGoOnAreOfItToo_butWithoutOneThatIsBackTheyAreNothingPassed() {
        LongStream.rangeClosed(5, 12)
                .forEach(fleet -> silences.add(Passed.goingOn(fleet, NINE.minus(Duration.ofMinutes(10)), NINE)));
        assertThat(groups()).isEmpty();

        silent(1, 4, 0, 60);
        PassedGroups group = groups().get(0);
        assertThat(group.members()).extracting(Passed::series).containsExactlyInAnyOrderElementsOf(fleets(12));
        assertThat(group.back()).extracting(Passed::series).containsExactlyElementsOf(fleets(4));
        assertThat(group.until()).isEqualTo(NINE.plus(Duration.ofMinutes(60)));
    }

    @Test
    void oneAfterAnotherIsNoOutage() {
        for (int fleet = 1; fleet <= 40; fleet++) {
            silent(fleet, fleet, 20 * fleet, 20 * fleet + 15);
        }
        assertThat(groups()).isEmpty();
    }

    @Test
    void twoOutagesOneAfterTheOtherAreTwo() {
        silent(1, 20, 0, 60);
        silent(25, 40, 120, 180);
        assertThat(groups()).extracting(group -> group.members().size()).containsExactly(20, 16);
    }
}
