package io.caravan.alert;

import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Escalation;
import io.caravan.alert.routing.Receiver;
import io.caravan.alert.routing.Timing;
import io.caravan.batch.TimeOrderedId;
import io.caravan.database.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes messages of groups that are due. Joins the transaction of its caller, which has locked the group. */
final class Telling {
    private static final Logger LOG = LoggerFactory.getLogger(Telling.class);

    /** Of what an incident hides, so many are named. */
    private static final int HIDDEN_NAMES = 10;

    private static final Duration UNTIL_ROUTED = Duration.ofSeconds(5);

    private final Supplier<AlertRouting> routing;
    private final GroupRepository groups;
    private final DeliveryRepository deliveries;
    private final ReaderRepository readers;
    private final Silences silences;
    private final IncidentRepository incidents;
    private final AuditRepository audit;
    private final Database database;
    private final Consumer<Delivery> queued;

    /**
     * @param queued is told of each message once it is committed
     */
    Telling(Database database, Supplier<AlertRouting> routing, Consumer<Delivery> queued) {
        this.database = database;
        this.queued = queued;
        this.routing = routing;
        this.groups = new GroupRepository(database);
        this.deliveries = new DeliveryRepository(database);
        this.readers = new ReaderRepository(database);
        this.silences = new Silences(database, routing);
        this.incidents = new IncidentRepository(database);
        this.audit = new AuditRepository(database);
    }

    /** Tells what there is to tell, and notes when to look again. */
    void flush(Group group, Instant now) {
        if (routing.get().receiver(group.receiver()).isEmpty()) {
            disband(group, now);
            return;
        }
        List<Member> members = groups.members(group.id());
        List<Silence> silenced = silences.since(group.toldAt().orElse(now), now);
        List<Member> open =
                members.stream().filter(member -> member.isOpenAt(now)).toList();
        List<Member> shown = open.stream()
                .filter(member -> member.incident().hiddenBy().isEmpty())
                .filter(member -> silence(silenced, member).noneMatch(silence -> silence.holdsAt(now)))
                .map(member -> silence(silenced, member).anyMatch(silence -> silence.isOverAt(now))
                        ? member.unsilenced()
                        : member)
                .toList();
        Optional<Instant> silencedUntil = open.stream()
                .flatMap(member -> silence(silenced, member))
                .map(Silence::until)
                .filter(until -> until.isAfter(now))
                .min(Instant::compareTo);
        Flush flush = Flush.of(
                group,
                shown,
                members.stream().filter(member -> !member.isOpenAt(now)).toList(),
                silencedUntil,
                timing(group, members),
                routing.get().receiver(group.receiver()).map(Receiver::zone).orElse(ZoneOffset.UTC),
                now);
        flush.kind().ifPresent(kind -> tell(group, kind, flush, now));
        groups.withheld(
                group.id(),
                open.stream()
                        .filter(member -> member.newsAt().isPresent())
                        .map(Member::incident)
                        .filter(incident -> !flush.firing().contains(incident))
                        .map(Incident::id)
                        .toList());
        groups.leave(group.id(), now);
        groups.flushed(group.id(), flush.next().orElse(null));
    }

    /** Its incidents go where they are routed now; while nobody can say where that is, they wait. */
    private void disband(Group group, Instant now) {
        if (routing.get().receivers().isEmpty()) {
            groups.flushed(group.id(), now.plus(UNTIL_ROUTED));
            return;
        }
        LOG.warn(
                "receiver={} is no longer in config/alerts.yaml; what it knew of goes where it is routed now",
                group.receiver());
        groups.disband(group.id());
    }

    private static Stream<Silence> silence(List<Silence> silenced, Member member) {
        return silenced.stream()
                .filter(silence -> silence.matchers().match(member.incident().matched()));
    }

    private Timing timing(Group group, List<Member> members) {
        List<Incident> incidents = members.stream().map(Member::incident).toList();
        Severity gravest = incidents.stream()
                .map(Incident::severity)
                .min(Severity::compareTo)
                .orElse(Severity.LOW);
        return routing.get().timing(group.path(), gravest, labels(incidents));
    }

    /** Those of the gravest. */
    private static Map<String, String> labels(List<Incident> incidents) {
        return incidents.stream()
                .min(Comparator.comparing(Incident::severity))
                .map(Incident::labels)
                .orElse(Map.of());
    }

    private void tell(Group group, MessageKind kind, Flush flush, Instant now) {
        send(group, kind, flush, now, Stream.concat(Stream.of(group.receiver()), listeners(group, kind)));
        groups.told(group.id(), flush.firing().stream().map(Incident::id).toList(), now);
        List<Escalation> steps = routing.get().escalations(group.path(), labels(flush.firing()));
        if (kind == MessageKind.RESOLVED) {
            groups.escalation(group.id(), 0, null);
        } else if (kind == MessageKind.FIRING && !steps.isEmpty()) {
            groups.escalation(group.id(), 0, now.plus(steps.get(0).after()));
        }
    }

    /** Those who were told besides the group's receiver hear how it goes on. */
    private Stream<String> listeners(Group group, MessageKind kind) {
        return switch (kind) {
            case UPDATE -> readers.listeners(group.id(), false).stream();
            case RESOLVED -> readers.listeners(group.id(), true).stream();
            default -> Stream.empty();
        };
    }

    /** Nobody has acknowledged in time: the next ones are told. */
    void escalate(Group group, Instant now) {
        List<Incident> waiting = groups.members(group.id()).stream()
                .map(Member::incident)
                .filter(incident -> incident.state() == IncidentState.OPEN)
                .filter(incident -> incident.hiddenBy().isEmpty())
                .toList();
        List<Escalation> steps = routing.get().escalations(group.path(), labels(waiting));
        if (waiting.isEmpty() || group.escalated() >= steps.size()) {
            groups.escalation(group.id(), group.escalated(), null);
            return;
        }
        Escalation step = steps.get(group.escalated());
        Flush flush = new Flush(Optional.of(MessageKind.ESCALATION), waiting, List.of(), now, Optional.empty());
        send(
                group,
                MessageKind.ESCALATION,
                flush,
                now,
                routing.get().resolve(step.to(), now).map(Receiver::name));
        int next = group.escalated() + 1;
        groups.escalation(
                group.id(),
                next,
                next < steps.size() ? now.plus(steps.get(next).after()).minus(step.after()) : null);
    }

    private void send(Group group, MessageKind kind, Flush flush, Instant now, Stream<String> receivers) {
        for (String name : receivers.distinct().toList()) {
            Optional<Receiver> receiver = routing.get().receiver(name);
            if (receiver.isEmpty()) {
                LOG.error(
                        "receiver={} is no longer in config/alerts.yaml, so nobody is told of {}",
                        name,
                        flush.firing().stream().map(Incident::number).toList());
                continue;
            }
            queue(group, kind, flush, receiver.get(), now);
        }
    }

    private void queue(Group group, MessageKind kind, Flush flush, Receiver receiver, Instant now) {
        Severity severity = (flush.firing().isEmpty() ? flush.ended() : flush.firing())
                .stream().map(Incident::severity).min(Severity::compareTo).orElse(Severity.LOW);
        UUID id = TimeOrderedId.at(now);
        Instant due = receiver.reachableFrom(now, severity);
        Delivery delivery = new Delivery(
                id,
                Optional.of(group.id()),
                receiver.name(),
                receiver.channel(),
                receiver.address(),
                severity,
                kind,
                Message.of(id, kind, severity, flush, besides(flush), receiver, now),
                receiver.fallback(),
                due.isAfter(now) ? due : flush.since(),
                due,
                0,
                0,
                Optional.empty());
        if (!deliveries.supersede(delivery)) {
            deliveries.insert(delivery);
        }
        readers.tell(delivery, kind == MessageKind.ESCALATION);
        if (!due.isAfter(now)) {
            database.afterCommit(() -> queued.accept(delivery));
        }
    }

    private Besides besides(Flush flush) {
        return new Besides(
                incidents.hidden(ids(flush.firing()), HIDDEN_NAMES), audit.endings(ids(flush.ended())));
    }

    private static List<UUID> ids(List<Incident> incidents) {
        return incidents.stream().limit(Message.SHOWN).map(Incident::id).toList();
    }
}
