package io.caravan.watch.judge;

/**
 * What one look at a series has found, as far as it decides the series' state. Scores are minus the logarithm (base 10) of the chance that it is nothing.
 *
 * @param retired nobody misses it
 * @param window a window of maintenance or expected silence is open
 * @param young too little was learned, and nothing was written, to expect anything
 * @param arrived a packet has arrived since it was put into the state that it is in
 * @param silence the score of the silence up to now
 * @param alarm the score from which the silence is told
 * @param longEnough the silence lasts longer than polls and deliveries may take
 * @param overdue it has sent nothing since a window began that is over now, though it should have
 * @param partial the score of the lack of vehicles
 * @param volume the score of the lack of packets
 * @param lag how old the newest event is, as a share of the oldest that is normal: 1 is at the limit
 */
public record Signals(
        boolean retired,
        boolean window,
        boolean young,
        boolean arrived,
        double silence,
        double alarm,
        boolean longEnough,
        boolean overdue,
        double partial,
        double volume,
        double lag) {

    /** Nothing is wrong. */
    public static final Signals CALM = new Signals(false, false, false, false, 0, 6, true, false, 0, 0, 0);
}
