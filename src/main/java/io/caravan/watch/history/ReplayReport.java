package io.caravan.watch.history;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** What a replay of one or many series showed together. */
public record ReplayReport(List<SeriesReport> series) {

    public ReplayReport {
        series = List.copyOf(series);
    }

    public double years() {
        return series.stream().mapToDouble(SeriesReport::years).sum();
    }

    public int alarms() {
        return series.stream().mapToInt(each -> each.alarms().size()).sum();
    }

    /** Alarms that nobody made up, per series and year; real outages in the history are among them. */
    public double alarmsPerYear() {
        return years() > 0 ? alarms() / years() : Double.NaN;
    }

    public Delays delays() {
        return delays(silence -> true);
    }

    /** Of silences that begin from Monday to Friday between 8 and 17. */
    public Delays businessDelays() {
        return delays(InjectedSilence::business);
    }

    public Delays nightDelays() {
        return delays(silence -> !silence.business());
    }

    private Delays delays(Predicate<InjectedSilence> wanted) {
        return Delays.of(injected().stream().filter(wanted).toList());
    }

    List<InjectedSilence> injected() {
        return series.stream().flatMap(each -> each.injected().stream()).toList();
    }

    /** Median delay of a rule that alarms after a fixed time without packets, on the same made-up silences. */
    double medianDelayOfRule(Duration limit) {
        double[] minutes = injected().stream()
                .mapToDouble(silence ->
                        Duration.between(silence.firstMissing(), silence.last().plus(limit))
                                        .toSeconds()
                                / 60.0)
                .sorted()
                .toArray();
        return minutes.length == 0 ? Double.NaN : minutes[minutes.length / 2];
    }
}
