package io.caravan.watch.cause;

import io.caravan.watch.cause.Evidence.Calls;
import io.caravan.watch.cause.Evidence.Change;
import io.caravan.watch.cause.Evidence.Credential;
import io.caravan.watch.cause.Evidence.FieldDrift;
import io.caravan.watch.cause.Evidence.Others;
import io.caravan.watch.cause.Evidence.Polling;
import io.caravan.watch.cause.Evidence.Rejects;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Evidence for tests: that of a silence of two hours at a provider that is well, but for what a test says. */
final class EvidenceOf {
    static final Instant AT = Instant.parse("2026-03-10T11:00:00Z");
    static final Instant SINCE = AT.minus(Duration.ofHours(2));

    private Trouble trouble = Trouble.ofFleet("acme/north", "acme", SINCE, AT);
    private Calls calls = new Calls(120, 120, 0, 6_000, 0, 0, 0, 0, 0, 0, Optional.empty());
    private final List<Credential> credentials = new ArrayList<>();
    private Polling polling = new Polling(
            1,
            0,
            Optional.of(AT.minusSeconds(30)),
            Optional.of(Duration.ofMinutes(2)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    private Rejects rejects = Rejects.NONE;
    private Optional<FieldDrift> drift = Optional.empty();
    private Others others = new Others(3, 0, 20, 0);
    private final List<Change> changes = new ArrayList<>();

    EvidenceOf trouble(Trouble other) {
        trouble = other;
        return this;
    }

    EvidenceOf emptyAnswers() {
        calls = new Calls(120, 120, 120, 0, 0, 0, 0, 0, 0, 0, Optional.empty());
        return this;
    }

    EvidenceOf calls(Calls other) {
        calls = other;
        return this;
    }

    EvidenceOf refused(String credential, int times, boolean inUse) {
        credentials.add(new Credential(
                credential,
                inUse,
                times > 0 ? 0 : 50,
                times,
                Optional.of(SINCE),
                Optional.of(AT),
                Optional.of(SINCE),
                401,
                0));
        return this;
    }

    EvidenceOf polling(Polling other) {
        polling = other;
        return this;
    }

    EvidenceOf rejects(int records, int pages) {
        rejects = new Rejects(records, 0, pages, Optional.of("column speed: 'fast' is no number"), Optional.empty());
        return this;
    }

    EvidenceOf drift(FieldDrift other) {
        drift = Optional.of(other);
        return this;
    }

    EvidenceOf others(Others other) {
        others = other;
        return this;
    }

    EvidenceOf changed(String what, Instant at) {
        changes.add(new Change(at, "node-1", what, Optional.of("1.4.0"), Optional.of("1.5.0")));
        return this;
    }

    static Trouble trouble() {
        return Trouble.ofFleet("acme/north", "acme", SINCE, AT);
    }

    Evidence get() {
        return new Evidence(trouble, calls, credentials, polling, rejects, drift, others, changes);
    }
}
