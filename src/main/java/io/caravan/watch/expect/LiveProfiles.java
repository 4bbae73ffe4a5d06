package io.caravan.watch.expect;

import io.caravan.database.Database;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.Window;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.StateRepository;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What people have written of a series, together with what else says how much silence of it is fine: windows set by hand, the week of its peers while it is young, the pace of its polls. For one thread. */
public final class LiveProfiles {
    private final Detector detector;
    private final Profiles written;
    private final Windows windows;
    private final MergedExpectations merged;
    private final PastSilences silences;
    private final Peers peers;
    private final PollPace pace;

    public LiveProfiles(Database database, Detector detector, Profiles written, Windows windows) {
        this.detector = detector;
        this.written = written;
        this.windows = windows;
        this.merged = new MergedExpectations(database, detector.settings(), written, windows);
        this.silences = new PastSilences(database, written);
        this.peers = new Peers(new StateRepository(database));
        this.pace = new PollPace(new PaceRepository(database));
    }

    public Profile of(Row row, Instant now) {
        Series series = row.series();
        Profile profile = written.of(series);
        Expectation expectation = series.kind().isMerged()
                ? merged.of(row, profile.expectation(), now)
                : with(profile.expectation(), windows.of(series, now));
        boolean young = row.pattern().map(detector::isYoung).orElse(true);
        if (young && expectation.prior().isEmpty() && series.provider().isPresent()) {
            expectation = peers.of(series, now).map(expectation::withPrior).orElse(expectation);
        }
        Optional<String> provider = profile.provider().or(series::provider);
        expectation = provider.isPresent()
                ? pace.allow(expectation, provider, now)
                : pace.allow(expectation, merged.providers(row), now);
        return profile.expecting(expectation);
    }

    /** The same with all windows of a time that may be long ago beside those of now. */
    public Expectation past(Row row, Expectation expectation, Instant from, Instant until) {
        List<Window> deaf = silences.deaf(from).stream().map(Windows::away).toList();
        if (row.series().kind().isMerged()) {
            Expectation merging = merged.past(row, expectation, silences, from, until);
            return with(with(merging, expectation.windows()), deaf);
        }
        return with(with(expectation, silences.of(row.series(), from, until, silences.handmade(from))), deaf);
    }

    /** With these windows beside those that it has. */
    public static Expectation with(Expectation expectation, List<Window> more) {
        return more.isEmpty()
                ? expectation
                : expectation.withWindows(Stream.concat(expectation.windows().stream(), more.stream())
                        .toList());
    }
}
