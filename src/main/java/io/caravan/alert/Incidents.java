package io.caravan.alert;

import io.caravan.alert.AuditRepository.Entry;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Inhibition;
import io.caravan.alert.routing.Matchers;
import io.caravan.batch.TimeOrderedId;
import io.caravan.database.Database;
import io.caravan.database.Notifications;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What becomes of incidents. Each change, its messages and its line in the audit trail are one transaction, the caller's where there is one: what raised a problem and was undone has told nobody.
 * Safe for any thread.
 */
public final class Incidents {
    private final Database database;
    private final Clock clock;
    private final Supplier<AlertRouting> routing;
    private final Duration reopenWithin;
    private final IncidentRepository incidents;
    private final InhibitionLock inhibiting;
    private final SilenceRepository silences;
    private final Silences holding;
    private final AuditRepository audit;
    private final Audience audience;
    private final ActNews acts;

    /**
     * @param reopenWithin a problem that comes back so soon is the same incident
     */
    Incidents(Database database, Clock clock, Supplier<AlertRouting> routing, Duration reopenWithin, Telling telling) {
        this.database = database;
        this.clock = clock;
        this.routing = routing;
        this.reopenWithin = reopenWithin;
        this.incidents = new IncidentRepository(database);
        this.inhibiting = new InhibitionLock(database, routing);
        this.silences = new SilenceRepository(database);
        this.holding = new Silences(database, routing);
        this.audit = new AuditRepository(database);
        this.audience = new Audience(database, routing, telling);
        this.acts = new ActNews(database);
    }

    /** Takes signals: each opens an incident, joins the one of its key that is open, or opens again the one that was resolved a short while ago. */
    public void raise(List<Signal> signals) {
        Map<String, Signal> byKey = new TreeMap<>();
        signals.forEach(signal -> byKey.merge(signal.key(), signal, (earlier, later) -> later.after(earlier)));
        if (byKey.isEmpty()) {
            return;
        }
        database.runInTransaction(connection -> {
            inhibiting.lock(byKey.values().stream().map(Signal::labels).toList());
            Map<String, Incident> open = open(List.copyOf(byKey.keySet()));
            Instant now = clock.instant();
            News news = new News();
            byKey.forEach((key, signal) -> {
                Incident known = open.get(key);
                if (known == null) {
                    open(signal, news, now);
                } else {
                    again(known, signal, news, now);
                }
            });
            audience.tell(news, now);
            wake();
        });
    }

    private Map<String, Incident> open(List<String> keys) {
        Map<String, Incident> open = new LinkedHashMap<>();
        incidents.lockOpen(keys).forEach(incident -> open.put(incident.key(), incident));
        return open;
    }

    private void open(Signal signal, News news, Instant now) {
        boolean reopened = incidents.reopen(signal, now.minus(reopenWithin));
        boolean made = reopened || incidents.insert(TimeOrderedId.at(now), signal);
        Incident incident = incidents.lockOpen(List.of(signal.key())).get(0);
        if (!made) {
            again(incident, signal, news, now);
            return;
        }
        audit.write(
                incident.id(),
                new Entry(now, AuditRepository.CARAVAN, reopened ? "reopened" : "opened", signal.summary()));
        boolean flapped = reopened && flaps(incident, now);
        hideOthers(incident, news, now);
        if (hide(incident, now)) {
            return;
        }
        if (flapped) {
            news.look(incident.id());
        } else {
            news.tell(incident);
        }
    }

    /** True: it has flapped before, and only a graver severity is news until it is stable. */
    private boolean flaps(Incident incident, Instant now) {
        boolean before = incident.flapping().holdsAt(now);
        Flapping flapping = incident.flapping().opened(now, routing.get().flapping());
        incidents.flaps(incident.id(), flapping);
        if (!before && flapping.holdsAt(now)) {
            audit.write(
                    incident.id(),
                    new Entry(
                            now,
                            AuditRepository.CARAVAN,
                            "flapping",
                            "opened " + flapping.openings().size() + " times since "
                                    + flapping.since().orElse(now)));
        }
        return before;
    }

    private void again(Incident known, Signal signal, News news, Instant now) {
        incidents.signal(known.id(), signal);
        boolean graver = !known.severity().isAtLeast(signal.severity());
        if (graver) {
            audit.write(
                    known.id(),
                    new Entry(
                            now,
                            AuditRepository.CARAVAN,
                            "severity",
                            signal.severity().word()));
        }
        boolean moved = !known.labels().equals(signal.labels());
        if ((graver || moved) && known.hiddenBy().isEmpty()) {
            incidents.find(known.id()).ifPresent(news::tell);
        }
    }

    /** True: an open incident hides this one. */
    private boolean hide(Incident incident, Instant now) {
        Optional<Incident> hiding = routing.get().inhibitions().stream()
                .filter(inhibition -> inhibition.target().match(incident.labels()))
                .flatMap(inhibition -> incidents.openWith(with(inhibition.source(), inhibition, incident)).stream()
                        .filter(other -> inhibition.hides(other.labels(), incident.labels())))
                .filter(other -> !other.id().equals(incident.id()))
                .findFirst();
        hiding.ifPresent(other -> {
            incidents.hide(List.of(incident.id()), other.id());
            audit.write(
                    incident.id(), new Entry(now, AuditRepository.CARAVAN, "hidden", "by incident " + other.number()));
        });
        return hiding.isPresent();
    }

    private void hideOthers(Incident incident, News news, Instant now) {
        List<Incident> hidden = routing.get().inhibitions().stream()
                .filter(inhibition -> inhibition.source().match(incident.labels()))
                .flatMap(inhibition -> incidents.openWith(with(inhibition.target(), inhibition, incident)).stream()
                        .filter(other -> inhibition.hides(incident.labels(), other.labels())))
                .filter(other -> !other.id().equals(incident.id()))
                .distinct()
                .toList();
        incidents.hide(hidden.stream().map(Incident::id).toList(), incident.id());
        hidden.forEach(other -> {
            audit.write(
                    other.id(), new Entry(now, AuditRepository.CARAVAN, "hidden", "by incident " + incident.number()));
            news.look(other.id());
        });
    }

    /** What the other one's labels must at least be: so that of a storm not everything is read for each signal. */
    private static Map<String, String> with(Matchers other, Inhibition inhibition, Incident incident) {
        Map<String, String> shared = new TreeMap<>(other.values());
        inhibition.equal().forEach(label -> {
            String value = incident.labels().get(label);
            if (value != null) {
                shared.put(label, value);
            }
        });
        return shared;
    }

    /** The problems of these keys are over; those that are not open are left as they are. */
    public void resolve(List<String> keys, String who, String why) {
        database.runInTransaction(connection -> resolve(
                incidents.openOf(keys.stream().map(Signal::storable).toList()),
                who,
                Signal.storable(why),
                clock.instant()));
    }

    /** Somebody says that a problem is over. False: it was so already. */
    public boolean resolve(long number, String who) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            Optional<Incident> incident = incidents.find(number);
            boolean resolved = resolve(incident.stream().toList(), who, "", now);
            if (resolved) {
                acts.tell(ActKind.RESOLVED, incident.orElseThrow(), who, now);
            }
            return resolved;
        });
    }

    /** Whether a route makes true that somebody expects what an incident is about: one {@code from: alert:events?kind=expected}. */
    public boolean canBeExpected(Incident incident) {
        return acts.isWanted(ActKind.EXPECTED, incident);
    }

    /**
     * Somebody expects what it is about until then: it is over, and routes {@code from: alert:events?kind=expected} see to it that it is. False: it was over already.
     *
     * @param ending as people read it
     * @param why may be empty
     */
    public boolean expect(long number, Instant until, String who, String ending, String why) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            Optional<Incident> incident = incidents.find(number);
            boolean resolved = resolve(incident.stream().toList(), who, ending, now);
            if (resolved) {
                acts.tell(ActKind.EXPECTED, incident.orElseThrow(), who, Optional.of(until), why, now);
            }
            return resolved;
        });
    }

    /** What they hide is locked with them, all in one order. False: none of them is open any more. */
    private boolean resolve(List<Incident> found, String who, String why, Instant now) {
        if (found.isEmpty()) {
            return false;
        }
        List<UUID> wanted = found.stream().map(Incident::id).toList();
        inhibiting.lock(found.stream().map(Incident::labels).toList());
        List<Incident> locked = incidents.lockOpenWithHidden(wanted);
        List<Incident> over = locked.stream()
                .filter(incident -> wanted.contains(incident.id()))
                .toList();
        if (over.isEmpty()) {
            return false;
        }
        List<Incident> seen = locked.stream()
                .filter(incident -> !wanted.contains(incident.id()))
                .toList();
        List<UUID> ids = over.stream().map(Incident::id).toList();
        incidents.resolve(ids, now);
        ids.forEach(id -> audit.write(id, new Entry(now, who, "resolved", why)));
        incidents.show(seen.stream().map(Incident::id).toList());
        News news = new News();
        seen.stream().filter(incident -> !hide(incident, now)).forEach(news::tell);
        List<UUID> calm = over.stream()
                .filter(incident -> !incident.flapping().holdsAt(now))
                .map(Incident::id)
                .toList();
        over.stream()
                .filter(incident -> incident.flapping().holdsAt(now))
                .forEach(incident -> incidents.flaps(
                        incident.id(),
                        incident.flapping().resolved(now, routing.get().flapping())));
        news.change(calm);
        audience.tell(news, now);
        wake();
        return true;
    }

    /** Somebody takes care of it. False: it is resolved, or somebody does already. */
    public boolean acknowledge(long number, String who) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            Optional<Incident> incident = locked(number);
            boolean taken =
                    incident.isPresent() && incidents.acknowledge(incident.get().id(), who, now);
            if (taken) {
                audit.write(incident.get().id(), new Entry(now, who, "acknowledged", ""));
                acts.tell(ActKind.ACKNOWLEDGED, incident.get(), who, now);
                audience.tell(News.changed(List.of(incident.get().id())), now);
                wake();
            }
            return taken;
        });
    }

    private Optional<Incident> locked(long number) {
        return incidents
                .find(number)
                .flatMap(found -> incidents.lock(List.of(found.id())).stream().findFirst());
    }

    /** Alerts that match are not told until then; the answer is the silence's number. */
    public long silence(Matchers matchers, Instant from, Instant until, String who, String why) {
        return database.inTransaction(connection -> {
            long number = silences.insert(matchers, from, until, who, why);
            look(matchers);
            return number;
        });
    }

    /** The groups of those that match know of the silence. */
    private void look(Matchers matchers) {
        News news = new News();
        matching(matchers).forEach(incident -> news.look(incident.id()));
        audience.tell(news, clock.instant());
        wake();
    }

    private Stream<Incident> matching(Matchers matchers) {
        Map<String, String> labels = new TreeMap<>(matchers.values());
        labels.remove(Incident.KEY);
        return incidents.openWith(labels).stream().filter(incident -> matchers.match(incident.matched()));
    }

    /** The silences that people have made and that are not over, also those that begin later. */
    public List<Silence> silences() {
        return silences.since(clock.instant());
    }

    /** A silence by its number that is not over. */
    public Optional<Silence> silence(long number) {
        return silences().stream().filter(silence -> silence.id() == number).findFirst();
    }

    /** Ends a silence before its time; what is still open is told. Empty: it is over already, or there is none. */
    public Optional<Silence> unsilence(long silence, String who) {
        return database.inTransaction(connection -> {
            Instant now = clock.instant();
            Optional<Silence> ended = silences.end(silence, now);
            ended.ifPresent(over -> {
                News news = new News();
                matching(over.matchers())
                        .filter(incident -> incident.hiddenBy().isEmpty())
                        .forEach(incident -> {
                            audit.write(incident.id(), new Entry(now, who, "unsilenced", "silence " + silence));
                            news.tell(incident);
                        });
                audience.tell(news, now);
                wake();
            });
            return ended;
        });
    }

    /** This one problem is not told until then, unless it is resolved and comes back under another key. */
    public void silence(Incident incident, Instant from, Instant until, String who) {
        database.runInTransaction(connection -> {
            Matchers matchers = Matchers.equal(Incident.KEY, incident.key());
            silences.insert(matchers, from, until, who, "incident " + incident.number());
            audit.write(incident.id(), new Entry(from, who, "silenced", "until " + until));
            acts.tell(ActKind.SILENCED, incident, who, Optional.of(until), "", from);
            audience.tell(News.changed(List.of(incident.id())), from);
            wake();
        });
    }

    /** Until when an incident is not told; empty: it is told now. */
    public Optional<Instant> silencedUntil(Incident incident) {
        Instant now = clock.instant();
        return holding.since(now, now).stream()
                .filter(silence -> silence.holdsAt(now))
                .filter(silence -> silence.matchers().match(incident.matched()))
                .map(Silence::until)
                .max(Instant::compareTo);
    }

    /** Silences of this incident alone, made by those who hear of it. */
    public List<Silence> silencesOf(Incident incident) {
        Instant now = clock.instant();
        String alone = Matchers.equal(Incident.KEY, incident.key()).toString();
        return silences().stream()
                .filter(silence ->
                        silence.holdsAt(now) && silence.matchers().toString().equals(alone))
                .toList();
    }

    /** Something happened to an incident that has changed nothing; of one that is not there nothing is noted. */
    public void note(long number, String who, String action, String detail) {
        incidents
                .find(number)
                .ifPresent(incident -> audit.write(incident.id(), new Entry(clock.instant(), who, action, detail)));
    }

    public Optional<Incident> find(long number) {
        return incidents.find(number);
    }

    /** The open ones, and the resolved ones too if wanted, that have these labels; open ones first, the newest first. */
    public List<Incident> list(Map<String, String> labels, boolean resolved, int limit) {
        return incidents.recent(labels, resolved, limit);
    }

    /** What became of an incident, the oldest first. */
    public List<Entry> timeline(Incident incident) {
        return audit.of(incident.id());
    }

    /** What became of an incident: one line each. */
    public List<String> history(Incident incident) {
        return audit.of(incident.id()).stream()
                .map(entry -> entry.at() + " " + entry.action() + " by " + entry.who()
                        + (entry.detail().isEmpty() ? "" : ": " + entry.detail()))
                .toList();
    }

    /** The groups may have something to tell. */
    private void wake() {
        Notifications.send(database, DeliveryRepository.CHANNEL, "");
    }
}
