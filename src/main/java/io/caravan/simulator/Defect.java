package io.caravan.simulator;

import java.time.Instant;
import java.util.SplittableRandom;

/** What can be wrong with a single record inside a sound page. Every kind is valid JSON by its grammar alone. */
enum Defect {
    NOT_AN_OBJECT("packet", "\"the gateway was restarted\""),
    NO_TIME("\"rtc_time\":", "\"rtc_tmie\":"),
    TIME_IN_WORDS("\"rtc_time\":", "\"rtc_time\":\"a while ago\",\"was\":"),
    CAR_IN_WORDS("\"car_id\":", "\"car_id\":\"unknown\",\"was\":"),
    CAR_TOO_LARGE("\"car_id\":", "\"car_id\":99999999999999999999"),
    NO_DATA("\"data\":", "\"data\":null,\"was\":"),
    NUL_CHARACTER("\"data\":{", "\"data\":{\"plate\":\"AB\\u0000-12\","),
    LONE_SURROGATE("\"data\":{", "\"data\":{\"driver\":\"\\ud83d\","),
    HUGE_NUMBER("\"data\":{", "\"data\":{\"trip\":1e400000,"),
    REPEATED_NAME("\"data\":{", "\"data\":{\"fuel\":1,\"fuel\":2,"),
    TOO_DEEP("\"data\":{", "\"data\":{\"tree\":" + "[".repeat(2_000) + "]".repeat(2_000) + ",");

    private final String mark;
    private final String replacement;

    Defect(String mark, String replacement) {
        this.mark = mark;
        this.replacement = replacement;
    }

    static Defect any(SplittableRandom chance) {
        return values()[chance.nextInt(values().length)];
    }

    /** The sound packet with this defect in it. */
    String spoil(PacketWriter.Packet packet, Instant arrival) {
        return this == NOT_AN_OBJECT ? replacement : packet.text(arrival).replace(mark, replacement);
    }
}
