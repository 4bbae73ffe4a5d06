package io.caravan.watch.episode;

import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Severity;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** An episode with some things changed: {@code EpisodeEdit.of(episode).kind(PARTIAL).done()}. For one thread. */
public final class EpisodeEdit {
    private final Episode before;
    private EpisodeKind kind;
    private Severity severity;
    private boolean escalated;
    private Optional<Cause> cause;
    private double confidence;
    private Optional<UUID> parent;
    private boolean told;
    private int members;
    private String sentence;
    private String facts;
    private Optional<Instant> nextCheck;

    private EpisodeEdit(Episode before) {
        this.before = before;
        this.kind = before.kind();
        this.severity = before.severity();
        this.escalated = before.escalated();
        this.cause = before.cause();
        this.confidence = before.confidence();
        this.parent = before.parent();
        this.told = before.told();
        this.members = before.members();
        this.sentence = before.sentence();
        this.facts = before.facts();
        this.nextCheck = before.nextCheck();
    }

    public static EpisodeEdit of(Episode episode) {
        return new EpisodeEdit(episode);
    }

    public EpisodeEdit kind(EpisodeKind value) {
        kind = value;
        return this;
    }

    EpisodeEdit severity(Severity value) {
        severity = value;
        return this;
    }

    public EpisodeEdit escalated(boolean value) {
        escalated = value;
        return this;
    }

    public EpisodeEdit cause(Optional<Cause> value) {
        cause = value;
        return this;
    }

    public EpisodeEdit confidence(double value) {
        confidence = value;
        return this;
    }

    EpisodeEdit parent(Optional<UUID> value) {
        parent = value;
        return this;
    }

    EpisodeEdit told(boolean value) {
        told = value;
        return this;
    }

    public EpisodeEdit members(int value) {
        members = value;
        return this;
    }

    EpisodeEdit text(String ofSentence, String ofFacts) {
        sentence = ofSentence;
        facts = ofFacts;
        return this;
    }

    public EpisodeEdit nextCheck(Instant at) {
        nextCheck = Optional.of(at);
        return this;
    }

    public Episode done() {
        return new Episode(
                before.id(),
                before.series(),
                kind,
                before.openedAt(),
                before.since(),
                severity,
                escalated,
                cause,
                confidence,
                parent,
                told,
                members,
                sentence,
                facts,
                before.confirmed(),
                nextCheck,
                before.overAt(),
                before.closedAt(),
                before.returned());
    }
}
