package io.caravan.simulator;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;

/**
 * One distinct record of the ledger.
 *
 * @param text the record as it was sent first
 * @param defect empty for a sound record, else what is wrong with it
 * @param times how often it went out, repeats included; 0 when nobody asked for it yet
 * @param first when it went out first; {@link Instant#MAX} when it did not
 * @param last when it went out last; {@link Instant#MIN} when it did not
 */
public record LedgerEntry(String text, String defect, int times, Instant first, Instant last) {
    public boolean isSound() {
        return defect.isEmpty();
    }

    LedgerEntry servedAt(Instant at) {
        return new LedgerEntry(text, defect, times + 1, at.isBefore(first) ? at : first, at.isAfter(last) ? at : last);
    }

    /** {@code record} is the record itself when it is sound, else its text, so that every line can be read strictly. */
    String json() {
        String served = times == 0 ? "" : ",\"first\":\"" + first + "\",\"last\":\"" + last + '"';
        String defective = isSound() ? "" : ",\"defect\":\"" + defect + '"';
        return "{\"times\":" + times + served + defective + ",\"record\":" + (isSound() ? text : quoted(text)) + "}";
    }

    static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
