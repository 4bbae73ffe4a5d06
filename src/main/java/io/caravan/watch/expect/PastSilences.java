package io.caravan.watch.expect;

import io.caravan.database.Database;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Absence;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Which silences of a time long ago were planned, expected, or of a time in which Caravan was away: what {@link Windows} knows of the last days, for as long as hours are kept. Reads only. Safe for any thread. */
public final class PastSilences {
    private final Profiles profiles;
    private final WindowRepository windows;
    private final HeartbeatRepository heartbeats;

    public PastSilences(Database database, Profiles profiles) {
        this.profiles = profiles;
        this.windows = new WindowRepository(database);
        this.heartbeats = new HeartbeatRepository(database);
    }

    /** Windows that people set by hand, from a moment on. */
    public List<WatchWindow> handmade(Instant from) {
        return windows.endingAfter(from);
    }

    /** What is written of a fleet, and what people have said of it by hand. */
    public List<Window> of(Series fleet, Instant from, Instant until, List<WatchWindow> handmade) {
        List<Window> quiet = new ArrayList<>(profiles.plannedSilences(fleet, from, until));
        handmade.stream()
                .filter(each ->
                        Windows.pattern(each.fleets()).matcher(fleet.name()).matches())
                .forEach(each -> quiet.add(each.window()));
        return quiet;
    }

    /** When nothing was counted. */
    public List<Absence> deaf(Instant from) {
        return heartbeats.absencesAfter(from).stream()
                .filter(absence -> !absence.listened())
                .toList();
    }
}
