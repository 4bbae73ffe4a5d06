package io.caravan.watch.cause;

import io.caravan.watch.cause.Evidence.Calls;
import io.caravan.watch.cause.Evidence.Credential;
import io.caravan.watch.cause.Evidence.Polling;
import io.caravan.watch.cause.Evidence.Rejects;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Says evidence line by line, for people. */
final class Facts {
    private static final int MOST_CHANGES = 5;

    private Facts() {}

    static List<Fact> of(Evidence evidence) {
        List<Fact> facts = new ArrayList<>();
        ZoneId zone = evidence.trouble().zone();
        facts.add(new Fact("calls since then", calls(evidence.calls())));
        evidence.calls().newestError().ifPresent(error -> facts.add(new Fact("last error", error)));
        evidence.credentials()
                .forEach(credential ->
                        facts.add(new Fact("credential " + credential.name(), credential(credential, zone))));
        polling(evidence.polling(), zone, facts);
        rejects(evidence.rejects(), facts);
        evidence.drift().filter(Evidence.FieldDrift::isAny).ifPresent(drift -> {
            facts.add(new Fact("fields", SchemaChanged.diff(drift)));
            facts.add(new Fact("sample", drift.sample()));
        });
        if (evidence.others().fleets() > 0) {
            facts.add(new Fact(
                    "other fleets of the provider",
                    evidence.others().fleets() + ", silent " + evidence.others().fleetsSilent()));
        }
        if (evidence.others().providers() > 0) {
            facts.add(new Fact(
                    "other providers",
                    evidence.others().providers() + ", in trouble "
                            + evidence.others().providersInTrouble()));
        }
        facts.add(new Fact("calendar", evidence.trouble().specialDay().orElse("an ordinary day")));
        evidence.changes().stream()
                .limit(MOST_CHANGES)
                .forEach(change -> facts.add(new Fact("changed " + Words.time(change.at(), zone), change.sentence())));
        return facts;
    }

    private static String calls(Calls calls) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("accepted", calls.accepted());
        counts.put("of them empty", calls.empty());
        counts.put("refused login", calls.refusedLogin());
        counts.put("throttled", calls.throttled());
        counts.put("server error", calls.serverErrors());
        counts.put("unanswered", calls.unanswered());
        counts.put("refused", calls.refused());
        counts.put("bad page", calls.badPages());
        String kinds = counts.entrySet().stream()
                .filter(count -> count.getValue() > 0)
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", "));
        return calls.total() + (kinds.isEmpty() ? "" : ": " + kinds);
    }

    private static String credential(Credential credential, ZoneId zone) {
        String use = credential.inUse() ? "in use, " : "";
        String last = credential
                .lastAccepted()
                .map(at -> "last accepted " + Words.time(at, zone))
                .orElse("not accepted in the last day");
        return credential.refused() == 0
                ? use + last
                : use + "refused " + Words.times(credential.refused()) + " in a row with " + credential.status() + ", "
                        + last;
    }

    private static void polling(Polling polling, ZoneId zone, List<Fact> facts) {
        polling.lastCall().ifPresent(last -> facts.add(new Fact("last call", Words.time(last, zone))));
        polling.paused().ifPresent(who -> facts.add(new Fact("polling", "paused: " + who)));
        if (polling.halted() > 0) {
            facts.add(new Fact("streams", polling.streams() + ", halted " + polling.halted()));
        }
        polling.heldUntil().ifPresent(until -> facts.add(new Fact("no call before", Words.time(until, zone))));
        polling.holdsBack().ifPresent(limit -> facts.add(new Fact("held back by", limit)));
        polling.lag().ifPresent(lag -> facts.add(new Fact("newest record", Words.duration(lag) + " old")));
    }

    private static void rejects(Rejects rejects, List<Fact> facts) {
        if (rejects.records() + rejects.pages() > 0) {
            facts.add(new Fact(
                    "rejected",
                    Words.count(rejects.records(), "record", "records") + " (the day before " + rejects.recordsBefore()
                            + "), " + Words.count(rejects.pages(), "page", "pages")));
            rejects.message().ifPresent(message -> facts.add(new Fact("last reject", message)));
        }
        rejects.worst()
                .ifPresent(step -> facts.add(new Fact(
                        "rejected for " + step.name() + " lately",
                        step.rejected() + " of " + Words.count(step.records(), "record", "records"))));
    }
}
