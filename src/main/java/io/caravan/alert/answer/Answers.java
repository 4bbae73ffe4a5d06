package io.caravan.alert.answer;

import io.caravan.alert.Incident;
import io.caravan.alert.IncidentState;
import io.caravan.alert.Incidents;
import io.caravan.alert.answer.Outcome.Kind;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Person;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Does what people answer, if they may: by a link, by a button of a chat, or by request of a program. The act, its line in the audit trail and that the link is used up are one transaction. Safe for any
 * thread.
 */
public final class Answers {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final DateTimeFormatter UNTIL = DateTimeFormatter.ofPattern("EEEE d MMMM HH:mm z", Locale.ENGLISH);

    private final Database database;
    private final Clock clock;
    private final Supplier<AlertRouting> routing;
    private final Incidents incidents;
    private final LinkSigner signer;
    private final LinkRepository links;
    private final NextWorkday nextWorkday;

    /** @param calendars by name */
    public Answers(
            Database database,
            Clock clock,
            Supplier<AlertRouting> routing,
            Incidents incidents,
            LinkSigner signer,
            Function<String, Optional<BusinessCalendar>> calendars) {
        this.database = database;
        this.clock = clock;
        this.routing = routing;
        this.incidents = incidents;
        this.signer = signer;
        this.links = new LinkRepository(database);
        this.nextWorkday = new NextWorkday(calendars);
    }

    /**
     * What a link would do now: nothing is changed.
     *
     * @param answerer for whom
     * @param obstacle why it would do nothing
     */
    public record Offer(
            Optional<AnswerLink> link,
            Optional<Incident> incident,
            Optional<Answerer> answerer,
            Optional<Outcome> obstacle) {}

    /** Looks at a link without following it: services fetch addresses to show what is behind them. */
    public Offer look(String token) {
        Optional<AnswerLink> link = signer.read(token);
        Optional<Incident> incident = link.flatMap(found -> incidents.find(found.incident()));
        Optional<Answerer> answerer = link.flatMap(this::answerer);
        return new Offer(link, incident, answerer, obstacle(link, incident, answerer));
    }

    private Optional<Outcome> obstacle(
            Optional<AnswerLink> known, Optional<Incident> about, Optional<Answerer> answerer) {
        if (known.isEmpty()) {
            return Optional.of(Outcome.ofNothing(
                    Kind.FORGED,
                    "This link is not one of ours, or a piece of it is missing. Take it from the message again."));
        }
        AnswerLink link = known.get();
        if (about.isEmpty()) {
            return Optional.of(unknown(link.incident()));
        }
        if (answerer.isEmpty()) {
            return Optional.of(Outcome.ofNothing(
                    Kind.REFUSED,
                    "This link was made for " + link.receiver()
                            + ", who no longer hears of alerts. Nothing was changed."));
        }
        if (link.isExpired(clock.instant())) {
            return Optional.of(Outcome.of(
                    Kind.EXPIRED,
                    link.incident(),
                    "This link has expired. Take one from a newer message. Nothing was changed."));
        }
        if (links.isUsed(link)) {
            return Optional.of(used(link));
        }
        return refusal(link.act(), answerer.get(), link.incident()).or(() -> hindrance(link.act(), about.get()));
    }

    private static Outcome used(AnswerLink link) {
        return Outcome.of(
                Kind.USED, link.incident(), "This link has been used before; each works once. Nothing was changed.");
    }

    private Optional<Answerer> answerer(AnswerLink link) {
        return link.receiver().equals(PageReader.NAME) ? Optional.of(PageReader.answerer()) : receiver(link.receiver());
    }

    /** Follows a link. */
    public Outcome follow(String token) {
        return database.inTransaction(connection -> {
            Offer offer = look(token);
            if (offer.obstacle().isPresent()) {
                Outcome obstacle = offer.obstacle().get();
                if (obstacle.kind() == Kind.REFUSED) {
                    offer.link().ifPresent(link -> note(link.incident(), link.receiver() + " by link", link.act()));
                }
                return obstacle;
            }
            AnswerLink link = offer.link().orElseThrow();
            Answerer answerer = offer.answerer().orElseThrow();
            links.forget(clock.instant(), MessageLinks.LIFETIME.plus(HOUR));
            return links.use(link, answerer.who(), clock.instant())
                    ? act(offer.incident().orElseThrow().number(), link.act(), answerer)
                    : used(link);
        });
    }

    /**
     * Somebody has pressed a button of a chat.
     *
     * @param service by which ids of people are known
     * @param name as the service calls them, for the audit trail if they are strangers
     */
    public Outcome press(String service, String id, String name, long number, Act act) {
        Optional<Person> person = routing.get().person(service, id);
        if (person.isPresent()) {
            return answer(number, act, Answerer.of(person.get(), service));
        }
        note(number, "stranger " + name + " (" + id + ") by " + service, act);
        return Outcome.ofNothing(
                Kind.REFUSED,
                "Caravan does not know you. Whoever runs it can add your id " + id
                        + " to config/alerts.yaml: people, ids, " + service + ".");
    }

    /** Somebody known does something. */
    public Outcome answer(long number, Act act, Answerer answerer) {
        return database.inTransaction(connection -> {
            Optional<Outcome> refusal = refusal(act, answerer, number);
            refusal.ifPresent(refused -> note(number, answerer.who(), act));
            return refusal.isPresent() ? refusal.get() : act(number, act, answerer);
        });
    }

    /** Who reads our own pages: on loopback anyone, else who has the service's token. */
    public static Answerer pageReader() {
        return PageReader.answerer();
    }

    /** Who stands behind a receiver's name. */
    public Optional<Answerer> receiver(String name) {
        return routing.get().receiver(name).map(Answerer::of);
    }

    /** Whether something could be done now. */
    public boolean isPossible(Act act, Incident incident, Answerer answerer) {
        return refusal(act, answerer, incident.number()).isEmpty()
                && hindrance(act, incident).isEmpty();
    }

    /** A program, or who uses one: it may do everything, as it has reached the service's HTTP server. */
    public static Answerer program(String name) {
        return new Answerer(name, "api", PageReader.receiver());
    }

    /** An incident is not told for so long. */
    public Outcome silence(long number, Duration length, Answerer answerer) {
        return silence(number, clock.instant().plus(length), answerer);
    }

    /** An incident is not told until then. */
    public Outcome silence(long number, Instant until, Answerer answerer) {
        return database.inTransaction(connection -> {
            Optional<Incident> incident = incidents.find(number);
            if (incident.isEmpty()) {
                return unknown(number);
            }
            return hindrance(Act.SILENCE_HOUR, incident.get())
                    .orElseGet(() -> silence(incident.get(), clock.instant(), until, answerer));
        });
    }

    private static Outcome unknown(long number) {
        return Outcome.ofNothing(Kind.UNKNOWN, "There is no incident " + number + ".");
    }

    private void note(long number, String who, Act act) {
        incidents.note(number, who, "refused", act.word());
    }

    private static Optional<Outcome> refusal(Act act, Answerer answerer, long number) {
        return act.isAllowed(answerer.receiver().answering().may())
                ? Optional.empty()
                : Optional.of(Outcome.of(
                        Kind.REFUSED,
                        number,
                        "By config/alerts.yaml " + answerer.name() + " may not do this (" + act.word()
                                + "). Nothing was changed."));
    }

    private static Optional<Outcome> hindrance(Act act, Incident incident) {
        if (act == Act.SEE) {
            return Optional.empty();
        }
        if (incident.state() == IncidentState.RESOLVED) {
            return Optional.of(Outcome.of(
                    Kind.ALREADY,
                    incident.number(),
                    "Incident " + incident.number() + " is resolved. Nothing is left to do."));
        }
        return act == Act.ACKNOWLEDGE && incident.state() == IncidentState.ACKNOWLEDGED
                ? Optional.of(Outcome.of(
                        Kind.ALREADY,
                        incident.number(),
                        "Incident " + incident.number() + " has been acknowledged already: "
                                + incident.acknowledgedBy().orElse("") + "."))
                : Optional.empty();
    }

    private Outcome act(long number, Act act, Answerer answerer) {
        Optional<Incident> incident = incidents.find(number);
        if (incident.isEmpty()) {
            return unknown(number);
        }
        Optional<Outcome> hindrance = hindrance(act, incident.get());
        if (hindrance.isPresent()) {
            return hindrance.get();
        }
        Instant now = clock.instant();
        return switch (act) {
            case SEE -> done(number, "");
            case ACKNOWLEDGE -> {
                incidents.acknowledge(number, answerer.who());
                yield done(number, "is acknowledged. Nobody else is called, and it is not told again.");
            }
            case RESOLVE -> {
                incidents.resolve(number, answerer.who());
                yield done(number, "is resolved.");
            }
            case SILENCE_HOUR -> silence(incident.get(), now, now.plus(HOUR), answerer);
            case SILENCE_WORKDAY -> silence(incident.get(), now, nextWorkday.after(now, answerer.receiver()), answerer);
        };
    }

    private Outcome silence(Incident incident, Instant now, Instant until, Answerer answerer) {
        incidents.silence(incident, now, until, answerer.who());
        ZoneId zone = answerer.receiver().zone();
        return done(incident.number(), "is silenced until " + UNTIL.format(until.atZone(zone)) + ".");
    }

    private static Outcome done(long number, String what) {
        return Outcome.of(Kind.DONE, number, "Incident " + number + " " + what);
    }
}
