package io.caravan.poll;

import io.caravan.batch.BadPageException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One time window after the other is asked for, each from the end of the one before. Where a window has several pages, an inner pagination walks through them; where the
 * provider has none, a full page may be a cut off one: it is dropped and half the window is asked for.
 *
 * @param inner the pages of one window
 * @param fromParameter the query parameter of a window's begin
 * @param toParameter and of its end
 * @param step longest window
 * @param settle how long after its time a record is surely listed
 * @param lookback by how much each window begins earlier than the last one ended, for records that are listed late
 * @param start where a new stream begins
 * @param end where it ends (backfill); empty: never
 */
record TimeWindows(
        Pagination inner,
        String fromParameter,
        String toParameter,
        TimeFormat format,
        Duration step,
        Duration settle,
        Duration lookback,
        Instant start,
        Optional<Instant> end)
        implements Pagination {
    private static final String FROM = "from";
    private static final String TO = "to";
    private static final String STEP = "stepMillis";
    private static final String INNER = "inner";

    @Override
    public Ask ask(Cursor cursor, Instant now) {
        Instant from = from(cursor);
        Instant to = to(cursor, now);
        Ask page = inner.ask(cursor.within(INNER), now);
        Map<String, String> parameters = new LinkedHashMap<>(page.parameters());
        parameters.put(fromParameter, format.write(format.cut(from.minus(lookback))));
        parameters.put(toParameter, format.write(to));
        return new Ask(page.address(), parameters, Optional.of(from), Optional.of(to));
    }

    @Override
    public Advance after(Cursor cursor, Ask asked, ProviderPage page) throws BadPageException {
        Instant from = from(cursor);
        Instant to = asked.to().orElseThrow();
        Advance inWindow = inner.after(cursor.within(INNER), asked, page);
        if (!inWindow.last()) {
            Cursor here = cursor.with(FROM, from.toString()).with(TO, to.toString());
            return new Advance(here.with(INNER, inWindow.next()), true, false);
        }
        if (inner instanceof SinglePage && page.isFull()) {
            return halved(cursor, from, to, page);
        }
        boolean behindTheEdge = !format.cut(from.plus(step(cursor))).isAfter(to);
        boolean finished = end.isPresent() && !to.isBefore(end.get());
        return new Advance(
                begin(to, grown(cursor)), behindTheEdge && !finished, finished || (end.isEmpty() && !behindTheEdge));
    }

    @Override
    public Optional<Cursor> skip(Cursor cursor, Ask asked) {
        Cursor inWindow = cursor.within(INNER);
        if (cursor.text(TO).isPresent()) {
            return inner.skip(inWindow, asked).map(step -> cursor.with(INNER, step));
        }
        return asked.to().map(to -> begin(to, step(cursor)));
    }

    /** Whether the window that ends the backfill has been fetched. */
    boolean isFinished(Cursor cursor) {
        return end.isPresent() && !from(cursor).isBefore(end.get());
    }

    private Advance halved(Cursor cursor, Instant from, Instant to, ProviderPage page) throws BadPageException {
        Duration half = Duration.between(from, to).dividedBy(2);
        if (format.cut(from.plus(half)).compareTo(from) <= 0) {
            throw new BadPageException(
                    "the page of the shortest window, from " + from + " to " + to + ", is full with "
                            + page.records().size()
                            + " records, so that some of this window may be missing; set a larger pageSize, or how the pages of a window follow (within)");
        }
        return new Advance(cursor.with(FROM, from.toString()).with(STEP, half.toMillis()), true, false, false);
    }

    private Cursor begin(Instant from, Duration nextStep) {
        Cursor fresh = Cursor.START.with(FROM, from.toString());
        return nextStep.compareTo(step) < 0 ? fresh.with(STEP, nextStep.toMillis()) : fresh;
    }

    private Instant from(Cursor cursor) {
        return cursor.text(FROM).map(Instant::parse).orElse(format.cut(start));
    }

    private Instant to(Cursor cursor, Instant now) {
        Optional<Instant> within = cursor.text(TO).map(Instant::parse);
        if (within.isPresent()) {
            return within.get();
        }
        Instant from = from(cursor);
        Instant edge = format.cut(end.orElse(now.minus(settle)));
        Instant to = format.cut(from.plus(step(cursor)));
        Instant earlier = to.isBefore(edge) ? to : edge;
        return earlier.isAfter(from) ? earlier : format.next(from);
    }

    private Duration step(Cursor cursor) {
        return cursor.number(STEP).map(Duration::ofMillis).orElse(step);
    }

    private Duration grown(Cursor cursor) {
        return step(cursor).multipliedBy(2);
    }
}
