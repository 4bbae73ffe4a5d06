package io.caravan.watch;

import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.episode.Holding;
import java.time.Duration;

/**
 * How a watchdog works.
 *
 * @param node its name, for people
 * @param look how often it looks for what nobody told it of
 * @param patience how long a problem waits for merged streams to be judged
 * @param calm when errors are over
 * @param rejects when rejected records are a trouble
 * @param chunk how many series are judged in one transaction
 * @param keepHours how long hourly counts are kept, from which patterns are learned anew
 * @param keepEpisodes how long episodes that are over are kept
 */
public record WatchdogSettings(
        String node,
        Duration look,
        Holding.Patience patience,
        ErrorStreakRepository.Calm calm,
        RejectStreaks.Limits rejects,
        int chunk,
        Duration keepHours,
        Duration keepEpisodes,
        DetectorSettings detector) {
    public WatchdogSettings {
        if (look.toMillis() < 1 || chunk < 1) {
            throw new IllegalArgumentException("A watchdog that looks every " + look + " at " + chunk
                    + " series can't work; give a time above zero, and at least one series.");
        }
    }

    public static WatchdogSettings of(String node) {
        return new WatchdogSettings(
                node,
                Duration.ofSeconds(15),
                Holding.Patience.DEFAULT,
                ErrorStreakRepository.Calm.DEFAULT,
                RejectStreaks.Limits.DEFAULT,
                250,
                Duration.ofDays(92),
                Duration.ofDays(365),
                DetectorSettings.DEFAULTS);
    }

    WatchdogSettings with(Holding.Patience other) {
        return new WatchdogSettings(node, look, other, calm, rejects, chunk, keepHours, keepEpisodes, detector);
    }

    WatchdogSettings lookingEvery(Duration other) {
        return new WatchdogSettings(node, other, patience, calm, rejects, chunk, keepHours, keepEpisodes, detector);
    }

    WatchdogSettings chunksOf(int series) {
        return new WatchdogSettings(node, look, patience, calm, rejects, series, keepHours, keepEpisodes, detector);
    }
}
