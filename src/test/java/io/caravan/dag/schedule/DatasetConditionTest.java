package io.caravan.dag.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.dag.schedule.DatasetCondition.Standing;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetConditionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                "condition                      | updated                       | missing",
                "a.b                            | a.b=04T10                     | ",
                "a.b                            |                               | a.b",
                "a.b and c.d                    | a.b=04T10                     | c.d",
                "a.b and c.d                    | a.b=04T10 c.d=04T11           | ",
                "a.b AND c.d                    | a.b=01T10 c.d=04T11           | ",
                "a.b or c.d                     | c.d=04T11                     | ",
                "a.b or (c.d and e.f)           | c.d=04T11                     | a.b",
                "a.b or (c.d and e.f)           | c.d=04T11 e.f=04T09           | ",
                "a.b or c.d and e.f             | a.b=04T11                     | ",
                "(a.b or c.d) and e.f           | a.b=04T11                     | e.f",
                "(a.b or c.d) and e.f           | c.d=04T11 e.f=04T11           | ",
                "a.b and c.d and e.f            | c.d=04T11                     | a.b e.f",
                "a.b and c.d within 1d          | a.b=03T10 c.d=04T10           | ",
                "a.b and c.d within 1d          | a.b=03T09 c.d=04T10           | a.b",
                "a.b and c.d within 1d          | a.b=04T10                     | c.d",
                "a.b or (c.d and e.f) within 2h | c.d=04T07 e.f=04T10           | a.b",
                "(a.b and c.d within 1d) or (e.f) | a.b=03T09 c.d=04T10         | a.b",
                "(a.b and c.d within 1d) or (e.f) | e.f=04T10                   | ",
                "(a.b and c.d within 1d) and e.f | a.b=03T11 c.d=04T10 e.f=01T01 | ",
                "(a.b and c.d within 1d) and e.f | a.b=03T09 c.d=04T10         | a.b e.f",
                "((a.b and c.d within 1d) and e.f) within 2d | a.b=03T11 c.d=04T10 e.f=01T01 | e.f",
                "a.b and a.b                    | a.b=04T10                     | ",
                "a.b and c.d                    | a.b=04T10 c.d=04T11 x.y=04T12 | ",
            })
    void itIsSatisfiedOrTellsWhatIsMissing(String condition, @Nullable String updated, @Nullable String missing) {
        Standing standing = DatasetCondition.parse(condition).evaluate(updates(updated));
        if (missing == null) {
            assertThat(standing.missing()).isEmpty();
            assertThat(standing.isSatisfied()).isTrue();
        } else {
            assertThat(standing.isSatisfied()).isFalse();
            Set<String> expected = Set.of(missing.split(" ", -1));
            assertThat(standing.missing()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.b and           | at character 8: the name of a dataset is missing",
                "a.b nd c.d        | at character 5: 'nd' is not understood there",
                "(a.b or c.d       | at character 12: ')' is missing",
                "(a.b or c.d e.f)  | at character 13: ')' is missing before 'e.f'",
                "a.b or c.d)       | at character 11: ')' is not understood there",
                "rides             | at character 1: 'rides' is no dataset, which is named <schema>.<table>",
                "a.b and or c.d    | at character 9: 'or' is no dataset",
                "a.b within        | the time is missing after 'within'",
                "a.b within soon   | at character 12: 'soon' is no time after 'within'; write it such as: rides.ride and telematics.packet",
                "a.b within 0s     | '0s' is no time",
                "a.b within 1d c.d | at character 15: 'c.d' is not understood there",
            })
    void whatCannotBeReadIsToldWithItsPlaceAndTheCure(String condition, String message) {
        assertThatThrownBy(() -> DatasetCondition.parse(condition)).hasMessageContaining(message);
    }

    @Test
    void aScheduleThatBeginsWithTheNameOfADatasetMeansDatasets() {
        assertThat(new String[] {"rides.ride", "(a.b or c.d) and e.f", "rides.ride and"})
                .allMatch(DatasetCondition::isMeantBy);
        assertThat(new String[] {"0 2 * * *", "@daily", "every 15m", "every 1.5h", ""})
                .noneMatch(DatasetCondition::isMeantBy);
    }

    @Test
    void itNamesItsDatasets() {
        DatasetCondition condition = DatasetCondition.parse("a.b or (c.d and e.f)");
        assertThat(condition.datasets()).containsExactly("a.b", "c.d", "e.f");
        assertThat(condition.evaluate(updates("c.d=04T11 e.f=04T09")).used()).containsExactlyInAnyOrder("c.d", "e.f");
    }

    private static Map<String, Instant> updates(@Nullable String text) {
        Map<String, Instant> updates = new HashMap<>();
        if (text != null) {
            Arrays.stream(text.split(" ", -1))
                    .map(each -> each.split("=", -1))
                    .forEach(each -> updates.put(each[0], Instant.parse("2026-05-" + each[1] + ":00:00Z")));
        }
        return updates;
    }
}
