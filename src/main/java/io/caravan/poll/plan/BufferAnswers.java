package io.caravan.poll.plan;

import static io.caravan.poll.plan.StreamModel.formula;
import static io.caravan.poll.plan.StreamModel.number;

import io.caravan.poll.plan.CapacityQuestion.BufferQuestion;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** The smallest buffer that cannot overflow. All in megabytes and minutes. */
final class BufferAnswers {
    private static final double DAY = 1440;

    private final BufferQuestion buffer;

    BufferAnswers(BufferQuestion buffer) {
        this.buffer = buffer;
    }

    List<Answer> answers() {
        double gain = Math.max(0, buffer.inPeak() - buffer.out());
        double peak = Math.min(minutes(), longestPeak());
        double longest = longestPeak();
        return List.of(
                        peakAnswer(gain, peak),
                        answer(
                                        "buffer-day",
                                        "Buffer, longest peak",
                                        gain * longest,
                                        formula(
                                                "(in peak - out) * in mean * 24 h / in peak = %s * %s min",
                                                number(gain), number(longest)))
                                .simulated(highest(minute -> minute % DAY < longest ? buffer.inPeak() : 0, 3 * DAY))
                                .assuming(
                                        "the mean holds over any 24 hours; a peak as long as it allows, the rest of the day is silent"),
                        answer(
                                        "buffer-two-days",
                                        "Buffer, peaks at midnight",
                                        2 * gain * longest,
                                        formula(
                                                "2 * that: one day's peak ends as the next day's begins = 2 * %s",
                                                number(gain * longest)))
                                .simulated(highest(this::aroundMidnight, 3 * DAY))
                                .assuming("the mean holds only from midnight to midnight"))
                .stream()
                .map(this::unlessInputExceedsOutput)
                .toList();
    }

    private Answer peakAnswer(double gain, double peak) {
        Answer answer = answer(
                        "buffer-peak",
                        "Buffer, one peak",
                        gain * peak,
                        formula(
                                "(in peak - out) * peak = (%s - %s) * %s min",
                                number(buffer.inPeak()), number(buffer.out()), number(peak)))
                .simulated(highest(minute -> minute < peak ? buffer.inPeak() : 0, DAY));
        return answer.assuming(
                peak < minutes()
                        ? formula("the day's mean allows a peak of %s min, no longer", number(peak))
                        : "the buffer is empty when the peak begins, and again before the next");
    }

    private Answer unlessInputExceedsOutput(Answer answer) {
        if (buffer.inMean() <= buffer.out() || answer.id().equals("buffer-peak")) {
            return answer;
        }
        String text = formula(
                "in mean > out, %s > %s: every buffer overflows some day",
                number(buffer.inMean()), number(buffer.out()));
        return Answer.of(answer.id(), answer.title(), Double.POSITIVE_INFINITY, Unit.MEGABYTES, text);
    }

    private static Answer answer(String id, String title, double value, String text) {
        return Answer.of(id, title, value, Unit.MEGABYTES, text);
    }

    private double minutes() {
        return buffer.peak().toNanos() / 60e9;
    }

    private double longestPeak() {
        return DAY * buffer.inMean() / buffer.inPeak();
    }

    /** One day's volume at its end, the next day's at its begin. */
    private double aroundMidnight(double minute) {
        return Math.abs(minute - DAY) < longestPeak() ? buffer.inPeak() : 0;
    }

    /** Plays the buffer second by second. */
    private double highest(DoubleUnaryOperator inPerMinute, double minutes) {
        double level = 0;
        double highest = 0;
        for (int second = 0; second < minutes * 60; second++) {
            level = Math.max(0, level + (inPerMinute.applyAsDouble(second / 60.0) - buffer.out()) / 60);
            highest = Math.max(highest, level);
        }
        return highest;
    }
}
