package io.caravan.alert;

import io.caravan.alert.answer.Act;
import io.caravan.routes.FileView.Consumer;
import io.caravan.routes.Problem;
import io.caravan.routes.ProjectView;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What routes offer people to do about what they raise. Pure. */
public final class OfferedActs {
    private OfferedActs() {}

    /**
     * Reads what a route writes, such as {@code expect}.
     *
     * @throws IllegalArgumentException when that is nothing that it may offer
     */
    static Set<Act> parse(String words) {
        return Arrays.stream(words.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .map(Act::offered)
                .collect(Collectors.toSet());
    }

    /** Steps that offer what no route of the project makes true, so that there never is such a button. */
    public static List<Problem> unheard(ProjectView project) {
        boolean heard =
                project.consumers("alert", AlertEndpoint.EVENTS).stream().anyMatch(OfferedActs::hearsOfExpected);
        return project.producers("alert", AlertEndpoint.RAISE).stream()
                .filter(step ->
                        !heard && !step.options().getOrDefault("acts", "").isBlank())
                .map(
                        step -> new Problem(
                                step.path(),
                                step.line(),
                                "acts=" + step.options().get("acts") + " has no effect, as no route makes it true",
                                "add a route from: alert:events?kind=expected, such as the one of routes/watch/alerts.camel.yaml"))
                .toList();
    }

    private static boolean hearsOfExpected(Consumer route) {
        String kinds = route.options().getOrDefault("kind", "");
        return kinds.isBlank() || Arrays.asList(kinds.split("\\s*,\\s*")).contains(ActKind.EXPECTED.word());
    }
}
