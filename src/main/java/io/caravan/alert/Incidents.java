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
    private final GroupRepository groups;
    private final SilenceRepository silences;
    private final AuditRepository audit;
    private final Audience audience;

    /**
     * @param reopenWithin a problem that comes back so soon is the same incident
     */
    Incidents(Database database, Clock clock, Supplier<AlertRouting> routing, Duration reopenWithin, Telling telling) {
        this.database = database;
        this.clock = clock;
        this.routing = routing;
        this.reopenWithin = reopenWithin;
        this.incidents = new IncidentRepository(database);
        this.groups = new GroupRepository(database);
        this.silences = new SilenceRepository(database);
        this.audit = new AuditRepository(database);
        this.audience = new Audience(database, routing, telling);
    }

    /** Takes signals: each opens an incident, joins the one of its key that is open, or opens again the one that was resolved a short while ago. */
    public void raise(List<Signal> signals) {
        Map<String, Signal> byKey = new TreeMap<>();
        signals.forEach(signal -> byKey.merge(signal.key(), signal, (earlier, later) -> later.after(earlier)));
        if (byKey.isEmpty()) {
            return;
        }
        database.runInTransaction(connection -> {
            Map<String, Incident> open = open(List.copyOf(byKey.keySet()));
            Instant now = clock.instant();
            byKey.forEach((key, signal) -> {
                Incident known = open.get(key);
                if (known == null) {
                    open(signal, now);
                } else {
                    again(known, signal, now);
                }
            });
            wake();
        });
    }

    private Map<String, Incident> open(List<String> keys) {
        Map<String, Incident> open = new LinkedHashMap<>();
        incidents.lockOpen(keys).forEach(incident -> open.put(incident.key(), incident));
        return open;
    }

    private void open(Signal signal, Instant now) {
        boolean reopened = incidents.reopen(signal, now.minus(reopenWithin));
        boolean made = reopened || incidents.insert(TimeOrderedId.at(now), signal);
        Incident incident = incidents.lockOpen(List.of(signal.key())).get(0);
        if (!made) {
            again(incident, signal, now);
            return;
        }
        audit.write(
                incident.id(),
                new Entry(now, AuditRepository.CARAVAN, reopened ? "reopened" : "opened", signal.summary()));
        boolean flapped = reopened && flaps(incident, now);
        hideOthers(incident, now);
        if (hide(incident, now)) {
            return;
        }
        if (flapped) {
            groups.look(incident.id(), now);
        } else {
            audience.tell(incident, now);
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

    private void again(Incident known, Signal signal, Instant now) {
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
            incidents.find(known.id()).ifPresent(incident -> audience.tell(incident, now));
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

    private void hideOthers(Incident incident, Instant now) {
        List<Incident> hidden = routing.get().inhibitions().stream()
                .filter(inhibition -> inhibition.source().match(incident.labels()))
                .flatMap(inhibition -> incidents.openWith(with(inhibition.target(), inhibition, incident)).stream()
                        .filter(other -> inhibition.hides(incident.labels(), other.labels())))
                .filter(other -> !other.id().equals(incident.id()))
                .distinct()
                .toList();
        incidents.hide(hidden.stream().map(Incident::id).toList(), incident.id());
        hidden.forEach(other -> audit.write(
                other.id(), new Entry(now, AuditRepository.CARAVAN, "hidden", "by incident " + incident.number())));
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
        database.runInTransaction(connection -> {
            List<Incident> over = incidents.lockOpen(keys);
            resolve(over, who, why, clock.instant());
        });
    }

    /** Somebody says that a problem is over. False: it was so already. */
    public boolean resolve(long number, String who) {
        return database.inTransaction(connection -> {
            List<Incident> over =
                    locked(number).filter(Incident::isOpen).stream().toList();
            resolve(over, who, "", clock.instant());
            return !over.isEmpty();
        });
    }

    private void resolve(List<Incident> over, String who, String why, Instant now) {
        if (over.isEmpty()) {
            return;
        }
        List<UUID> ids = over.stream().map(Incident::id).toList();
        List<Incident> seen = incidents.hiddenBy(ids);
        incidents.resolve(ids, now);
        ids.forEach(id -> audit.write(id, new Entry(now, who, "resolved", why)));
        incidents.show(seen.stream().map(Incident::id).toList());
        seen.forEach(incident -> {
            if (!hide(incident, now)) {
                audience.tell(incident, now);
            }
        });
        List<UUID> calm = over.stream()
                .filter(incident -> !incident.flapping().holdsAt(now))
                .map(Incident::id)
                .toList();
        over.stream()
                .filter(incident -> incident.flapping().holdsAt(now))
                .forEach(incident -> incidents.flaps(
                        incident.id(),
                        incident.flapping().resolved(now, routing.get().flapping())));
        groups.changed(calm, now);
        wake();
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
                groups.changed(List.of(incident.get().id()), now);
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
        return silences.insert(matchers, from, until, who, why);
    }

    /** This one problem is not told until then, unless it is resolved and comes back under another key. */
    public void silence(Incident incident, Instant from, Instant until, String who) {
        database.runInTransaction(connection -> {
            Matchers matchers = Matchers.equal(Incident.KEY, incident.key());
            silence(matchers, from, until, who, "incident " + incident.number());
            audit.write(incident.id(), new Entry(from, who, "silenced", "until " + until));
            groups.changed(List.of(incident.id()), from);
            wake();
        });
    }

    /** Until when an incident is not told; empty: it is told now. */
    public Optional<Instant> silencedUntil(Incident incident) {
        return silences.at(clock.instant()).stream()
                .filter(silence -> silence.matchers().match(incident.matched()))
                .map(Silence::until)
                .max(Instant::compareTo);
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
