package io.caravan.watch;

import io.caravan.database.outbox.Wants;
import io.caravan.routes.DidYouMean;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.EventKind;
import io.caravan.watch.episode.EventLabels;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which events a route wants: the options of {@code from: watch:events} as they are written; null: any. */
record EventFilter(
        @Nullable String kind,
        @Nullable String severity,
        @Nullable String cause,
        @Nullable String trouble,
        @Nullable String provider,
        @Nullable String tenant,
        @Nullable String region,
        @Nullable String fleet) {

    /** @throws IllegalArgumentException when a word is none of those that there are */
    Wants wants() {
        Wants wants = Wants.everything();
        wants = known(wants, EventLabels.KIND, kind, EventKind.values(), EventKind::word);
        wants = known(wants, EventLabels.SEVERITY, severity, Severity.values(), Severity::word);
        wants = known(wants, EventLabels.CAUSE, cause, Cause.values(), Cause::word);
        wants = known(wants, EventLabels.TROUBLE, trouble, EpisodeKind.values(), EpisodeKind::word);
        wants = any(wants, EventLabels.PROVIDER, provider);
        wants = any(wants, EventLabels.TENANT, tenant);
        wants = any(wants, EventLabels.REGION, region);
        return any(wants, EventLabels.FLEET, fleet);
    }

    private static <T> Wants known(
            Wants wants, String label, @Nullable String written, T[] values, Function<T, String> word) {
        if (written == null) {
            return wants;
        }
        Set<String> words = Arrays.stream(values).map(word).collect(Collectors.toCollection(TreeSet::new));
        for (String one : split(written)) {
            if (!words.contains(one)) {
                throw new IllegalArgumentException(
                        label + " '" + one + "' of watch:events is unknown; " + DidYouMean.cure(one, words));
            }
        }
        return wants.only(label, split(written));
    }

    private static Wants any(Wants wants, String label, @Nullable String written) {
        return written == null ? wants : wants.only(label, split(written));
    }

    private static List<String> split(String written) {
        return Stream.of(written.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
