package io.caravan.watch.judge;

import io.caravan.database.Database;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.Presence;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.expect.MembershipRepository.MemberSilence;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.StateRepository;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What a merged stream lacks for the silence of members that is a trouble of its own already. Reads only. For one thread. */
final class SilentMembers {
    private final DetectorSettings settings;
    private final Profiles profiles;
    private final MembershipRepository members;
    private final StateRepository states;

    SilentMembers(Database database, DetectorSettings settings, Profiles profiles) {
        this.settings = settings;
        this.profiles = profiles;
        this.members = new MembershipRepository(database);
        this.states = new StateRepository(database);
    }

    /** The expectation of a merged stream without what its silent members would have sent between two moments. */
    Expectation without(Row merged, Expectation expectation, Instant from, Instant until, Instant now) {
        List<MemberSilence> silences = members.silences(merged.series().id(), from, now);
        if (silences.isEmpty()) {
            return expectation;
        }
        Map<Long, Pattern> patterns = states.patterns(
                silences.stream().map(silence -> silence.member().id()).toList());
        Presence.Missing missing = new Presence.Missing(settings);
        for (MemberSilence silence : silences) {
            missing.add(
                    patterns.getOrDefault(silence.member().id(), Pattern.EMPTY),
                    profiles.of(silence.member()).expectation(),
                    silence.from().isAfter(from) ? silence.from() : from,
                    silence.until().isBefore(until) ? silence.until() : until);
        }
        Pattern whole = merged.pattern().orElse(Pattern.EMPTY);
        return expectation.withPresence(expectation.presence().and(missing.of(whole, expectation, 0)));
    }
}
