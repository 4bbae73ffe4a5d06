package io.caravan.watch.episode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.batch.TimeOrderedId;
import io.caravan.database.Database;
import io.caravan.database.outbox.Notice;
import io.caravan.database.outbox.Outbox;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.EpisodeRepository.Released;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.StateRepository;
import io.caravan.watch.series.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens, changes and closes episodes. Each step writes the episode, its event and the event's way to each route that wants it; joined to the caller's transaction, so that what is told has
 * happened, exactly once. Safe for any thread.
 */
public final class Episodes {
    private static final Logger LOG = LoggerFactory.getLogger(Episodes.class);

    /** After so long an hour of it may have been learned. */
    private static final Duration TAUGHT = Duration.ofHours(1);

    private final Database database;
    private final Outbox outbox;
    private final EpisodeRepository repository;
    private final StateRepository states;
    private final EpisodeEvents listener;

    public Episodes(Database database, EpisodeEvents listener) {
        this.database = database;
        this.outbox = new Outbox(database, EventLabels.TOPIC);
        this.repository = new EpisodeRepository(database);
        this.states = new StateRepository(database);
        this.listener = listener;
    }

    /**
     * Opens an episode and tells it. Open episodes of a merged stream's members that it explains belong to it from now on.
     *
     * @param since when the trouble itself began
     */
    public Episode open(Subject subject, EpisodeKind kind, Instant since, Account account, Instant now) {
        return open(subject, kind, since, account, false, now);
    }

    /**
     * Opens an episode and tells it, as one whose severity people may have raised before.
     *
     * @param escalated whether its severity was raised already
     */
    public Episode open(
            Subject subject, EpisodeKind kind, Instant since, Account account, boolean escalated, Instant now) {
        Episode episode = begin(subject, kind, since, account, escalated, Optional.empty(), now);
        tellOpened(subject, episode, adopt(subject, episode, now), now);
        return episode;
    }

    /** Of one that is only partly quiet, those that have just been opened. */
    private List<UUID> adopt(Subject subject, Episode episode, Instant now) {
        Instant after = episode.kind() == EpisodeKind.PARTIAL ? now.minus(Holding.NEAR) : Instant.EPOCH;
        return subject.series().kind().isMerged()
                ? repository.adopt(episode.id(), subject.series().id(), explained(episode.kind()), after)
                : List.of();
    }

    /**
     * Opens an episode again that was told and closed, and tells that it has come back.
     *
     * @param since when the trouble began again
     */
    public Episode reopen(
            Subject subject,
            Episode closed,
            EpisodeKind kind,
            Instant since,
            Account account,
            boolean escalated,
            Instant now) {
        repository.reopen(closed.id(), since);
        Episode open = repository.find(closed.id()).orElseThrow();
        Episode back = Changes.told(
                EpisodeEdit.of(open)
                        .kind(kind)
                        .escalated(escalated)
                        .cause(Optional.empty())
                        .confidence(0)
                        .nextCheck(EvidenceChecks.next(now, now))
                        .done(),
                account,
                EventFacts.trouble(subject, open.id(), kind, since, account).toString());
        repository.update(back);
        List<UUID> joined = adopt(subject, back, now);
        tell(subject, back, EventKind.CHANGED, EventFacts.parse(back.facts()), now, facts -> {
            EventFacts.changes(facts, List.of(ChangeReason.RELAPSED));
            EventFacts.joined(facts, joined);
        });
        return back;
    }

    /** The last one of a series' state that was told and is over. */
    public Optional<Episode> lastTold(long series) {
        return repository.lastTold(series);
    }

    /** Opens an episode that was over before anybody looked, and tells it. It is to be closed when people had the time to hear of it. */
    public Episode openPassed(
            Subject subject, EpisodeKind kind, Instant since, Instant until, Account account, Instant now) {
        Episode episode = begin(subject, kind, since, account, false, Optional.of(until), now);
        tellOpened(subject, episode, List.of(), now);
        return episode;
    }

    private void tellOpened(Subject subject, Episode episode, List<UUID> joined, Instant now) {
        tell(
                subject,
                episode,
                EventKind.OPENED,
                EventFacts.parse(episode.facts()),
                now,
                facts -> EventFacts.joined(facts, joined));
    }

    private Episode begin(
            Subject subject,
            EpisodeKind kind,
            Instant since,
            Account account,
            boolean escalated,
            Optional<Instant> overAt,
            Instant now) {
        UUID id = TimeOrderedId.at(now);
        ObjectNode trouble = EventFacts.trouble(subject, id, kind, since, account);
        Episode episode = new Episode(
                id,
                subject.series().id(),
                kind,
                now,
                since,
                account.severity(),
                escalated,
                account.finding().map(Finding::cause),
                account.finding().map(Finding::confidence).orElse(0.0),
                Optional.empty(),
                true,
                account.members(),
                account.sentence(),
                trouble.toString(),
                Optional.empty(),
                overAt.isPresent() ? Optional.empty() : Optional.of(EvidenceChecks.next(now, now)),
                overAt,
                Optional.empty(),
                Optional.empty());
        repository.insert(episode);
        return episode;
    }

    /** Whether an episode is open and stays so until the transaction ends, so that another one may belong to it. */
    public boolean mayJoin(UUID parent) {
        return repository.lockToJoin(parent);
    }

    /** Keeps a silence that was over before anybody looked, which the trouble of a merged stream explains: nobody is told. */
    public void joinPassed(Series series, Instant since, Instant until, String sentence, UUID parent, Instant now) {
        Episode episode = join(series, EpisodeKind.SILENT, since, Optional.of(until), sentence, parent, now);
        repository.close(episode.id(), now);
    }

    /** Opens an episode that the one of a merged stream explains: nobody is told. */
    public Episode join(Series series, EpisodeKind kind, Instant since, String sentence, UUID parent, Instant now) {
        return join(series, kind, since, Optional.empty(), sentence, parent, now);
    }

    private Episode join(
            Series series,
            EpisodeKind kind,
            Instant since,
            Optional<Instant> overAt,
            String sentence,
            UUID parent,
            Instant now) {
        Episode episode = new Episode(
                TimeOrderedId.at(now),
                series.id(),
                kind,
                now,
                since,
                io.caravan.watch.cause.Severity.LOW,
                false,
                Optional.empty(),
                0,
                Optional.of(parent),
                false,
                0,
                sentence,
                "{}",
                Optional.empty(),
                Optional.empty(),
                overAt,
                Optional.empty(),
                Optional.empty());
        repository.insert(episode);
        LOG.debug("series={} episode={} belongs to episode={}", series.name(), episode.id(), parent);
        return episode;
    }

    /**
     * Tells that an open episode has changed, and keeps what is known now.
     *
     * @param changed as it is now; its facts are replaced by those of the account
     */
    public Episode change(
            Subject subject, Episode changed, Account account, Collection<ChangeReason> reasons, Instant now) {
        ObjectNode trouble = EventFacts.trouble(subject, changed.id(), changed.kind(), changed.lastsSince(), account);
        if (account.finding().isEmpty()) {
            keepCause(trouble, EventFacts.parse(changed.facts()));
        }
        Episode kept = Changes.told(changed, account, trouble.toString());
        if (repository.update(kept)) {
            relearnIfReal(changed, kept, now);
            tell(subject, kept, EventKind.CHANGED, trouble, now, facts -> EventFacts.changes(facts, reasons));
        }
        return kept;
    }

    /**
     * What was learned by a quarter teaches nothing once a cause shows that the silence is real. After the commit, since who judges locks states before episodes; by one series after another, as each
     * may be looked at.
     */
    private void relearnIfReal(Episode before, Episode now, Instant at) {
        boolean hasTaught = Duration.between(now.since(), at).compareTo(TAUGHT) > 0;
        if (now.kind() == EpisodeKind.SILENT && now.isReal() && !before.isReal() && hasTaught) {
            List<Long> series = Stream.concat(
                            Stream.of(now.series()),
                            repository.explainedBy(now.id(), at).stream().map(EpisodeRepository.Explained::series))
                    .distinct()
                    .toList();
            database.afterCommit(() ->
                    series.forEach(each -> database.runInTransaction(connection -> states.relearn(List.of(each), at))));
        }
    }

    /**
     * Tells that an open episode is expected by now, for a window that is open; nothing if that was the last that people were told of it, or they were told nothing at all.
     *
     * @param by who said so; empty: it was planned
     */
    public void expect(Subject subject, Episode episode, Window window, Optional<Author> by, Instant now) {
        if (episode.told() && episode.parent().isEmpty() && !repository.isExpected(episode.id())) {
            // told only: the episode keeps its own words for what is told of it after the window
            Episode expected = EpisodeEdit.of(episode)
                    .text(Retold.expected(episode, window, by, subject.zone(), now), episode.facts())
                    .done();
            tell(subject, expected, EventKind.CHANGED, EventFacts.parse(episode.facts()), now, facts -> {
                EventFacts.sentence(facts, expected.sentence());
                EventFacts.changes(facts, List.of(ChangeReason.EXPECTED));
            });
        }
    }

    /** Whether the last that people were told of it is that it is expected. */
    public boolean isExpected(Episode episode) {
        return repository.isExpected(episode.id());
    }

    private static void keepCause(ObjectNode facts, JsonNode before) {
        for (String key : List.of("cause", "evidence", "customerDraft")) {
            if (before.has(key)) {
                facts.set(key, before.get(key));
            }
        }
    }

    /** Keeps what doesn't need telling, such as when to look again. */
    public void note(Episode changed) {
        repository.update(changed);
    }

    /**
     * Closes an episode; tells it if its opening was told. What belonged to it is let go: members who had been told stay open, others start anew.
     *
     * @return whether it was open
     */
    public boolean close(Subject subject, Episode episode, CloseReason reason, CaughtUp caughtUp, Instant now) {
        if (!repository.close(episode.id(), now)) {
            return false;
        }
        states.lockExplained(episode.id());
        List<Released> released = repository.release(episode.id(), now);
        states.excuse(
                released.stream()
                        .filter(each -> !each.told())
                        .map(Released::series)
                        .toList(),
                now);
        if (episode.told()) {
            ObjectNode trouble = (ObjectNode) EventFacts.parse(episode.facts());
            tell(
                    subject,
                    episode,
                    EventKind.RECOVERED,
                    trouble,
                    now,
                    facts -> EventFacts.end(
                            facts, episode, reason, caughtUp, episode.overAt().orElse(now)));
        }
        return true;
    }

    private interface More {
        void add(ObjectNode facts);
    }

    private void tell(Subject subject, Episode episode, EventKind kind, JsonNode trouble, Instant now, More more) {
        UUID id = TimeOrderedId.at(now);
        String key = key(subject.series(), episode.kind());
        ObjectNode facts = EventFacts.event(trouble, id, kind, now).put("key", key);
        more.add(facts);
        repository.log(id, episode.id(), kind, now, facts.toString());
        outbox.tell(List.of(new Notice(key, EventFacts.labels(subject, kind, episode), facts.toString())), now);
        String cause = episode.cause().orElse(Cause.UNKNOWN).word();
        Duration lasted = episode.duration(now);
        database.afterCommit(() -> {
            LOG.info(
                    "series={} event={} trouble={} severity={} cause={} since={} episode={} {}",
                    subject.series().name(),
                    kind.word(),
                    episode.kind().word(),
                    episode.severity().word(),
                    cause,
                    episode.lastsSince(),
                    episode.id(),
                    kind == EventKind.RECOVERED ? "after " + Spoken.duration(lasted) : episode.sentence());
            listener.told(new EpisodeEvents.Told(
                    kind, subject.series().kind(), episode.kind(), episode.severity(), cause, lasted));
        });
    }

    /** The same for all troubles of one sort of a series, one after another: {@code watch/fleet/acme/north/state}. */
    private static String key(Series series, EpisodeKind kind) {
        return "watch/" + series.kind().word() + "/" + series.name() + "/" + kind.sort();
    }

    private static Set<EpisodeKind> explained(EpisodeKind kind) {
        return Set.copyOf(
                Arrays.stream(EpisodeKind.values()).filter(kind::explains).toList());
    }
}
