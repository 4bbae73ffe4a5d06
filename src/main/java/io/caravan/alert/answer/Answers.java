package io.caravan.alert.answer;

import io.caravan.alert.Incident;
import io.caravan.alert.IncidentState;
import io.caravan.alert.Incidents;
import io.caravan.alert.Silence;
import io.caravan.alert.answer.Outcome.Kind;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.Person;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.Moments;
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

    /** What is silent for longer is retired rather than expected. */
    private static final Duration LONGEST_EXPECTATION = Duration.ofDays(366);

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
     * @param incident about which it is
     * @param silence which it ends
     * @param answerer for whom
     * @param obstacle why it would do nothing
     */
    public record Offer(
            Optional<AnswerLink> link,
            Optional<Incident> incident,
            Optional<Silence> silence,
            Optional<Answerer> answerer,
            Optional<Outcome> obstacle) {}

    /** Looks at a link without following it: services fetch addresses to show what is behind them. */
    public Offer look(String token) {
        Optional<AnswerLink> link = signer.read(token);
        Optional<Incident> incident =
                link.filter(found -> found.act() != Act.UNSILENCE).flatMap(found -> incidents.find(found.number()));
        Optional<Silence> silence =
                link.filter(found -> found.act() == Act.UNSILENCE).flatMap(found -> incidents.silence(found.number()));
        Optional<Answerer> answerer = link.flatMap(this::answerer);
        return new Offer(link, incident, silence, answerer, obstacle(link, incident, silence, answerer));
    }

    private Optional<Outcome> obstacle(
            Optional<AnswerLink> known,
            Optional<Incident> about,
            Optional<Silence> silence,
            Optional<Answerer> answerer) {
        if (known.isEmpty()) {
            return Optional.of(Outcome.ofNothing(
                    Kind.FORGED,
                    "This link is not one of ours, or a piece of it is missing. Take it from the message again."));
        }
        AnswerLink link = known.get();
        boolean ofSilence = link.act() == Act.UNSILENCE;
        if (about.isEmpty() && silence.isEmpty()) {
            return Optional.of(ofSilence ? silenceIsOver(link.number()) : unknown(link.number()));
        }
        if (answerer.isEmpty()) {
            return Optional.of(Outcome.ofNothing(
                    Kind.REFUSED,
                    "This link was made for " + link.receiver()
                            + ", who no longer hears of alerts. Nothing was changed."));
        }
        if (link.isExpired(clock.instant())) {
            return Optional.of(new Outcome(
                    Kind.EXPIRED,
                    "This link has expired. Take one from a newer message. Nothing was changed.",
                    about.map(Incident::number)));
        }
        if (links.isUsed(link)) {
            return Optional.of(used(link));
        }
        return refusal(link.act(), answerer.get(), about.map(Incident::number))
                .or(() -> about.flatMap(incident -> hindrance(link.act(), incident)));
    }

    private static Outcome silenceIsOver(long number) {
        return Outcome.ofNothing(Kind.ALREADY, "Silence " + number + " is over. Nothing is left to do.");
    }

    private static Outcome used(AnswerLink link) {
        return new Outcome(
                Kind.USED,
                "This link has been used before; each works once. Nothing was changed.",
                link.act() == Act.UNSILENCE ? Optional.empty() : Optional.of(link.number()));
    }

    private Optional<Answerer> answerer(AnswerLink link) {
        return link.receiver().equals(PageReader.NAME) ? Optional.of(PageReader.answerer()) : receiver(link.receiver());
    }

    /** Follows a link. */
    public Outcome follow(String token, Wish wish) {
        return database.inTransaction(connection -> {
            Offer offer = look(token);
            if (offer.obstacle().isPresent()) {
                Outcome obstacle = offer.obstacle().get();
                if (obstacle.kind() == Kind.REFUSED) {
                    offer.link()
                            .filter(link -> link.act() != Act.UNSILENCE)
                            .ifPresent(link -> note(link.number(), link.receiver() + " by link", link.act()));
                }
                return obstacle;
            }
            AnswerLink link = offer.link().orElseThrow();
            Answerer answerer = offer.answerer().orElseThrow();
            Optional<Outcome> unclear =
                    link.act() == Act.EXPECT ? unclear(link.number(), wish, answerer) : Optional.empty();
            if (unclear.isPresent()) {
                return unclear.get();
            }
            links.forget(clock.instant(), MessageLinks.LIFETIME.plus(HOUR));
            if (!links.use(link, answerer.who(), clock.instant())) {
                return used(link);
            }
            return switch (link.act()) {
                case UNSILENCE -> unsilence(link.number(), answerer);
                case EXPECT -> expect(link.number(), end(wish, answerer), wish.why(), answerer);
                default -> act(link.number(), link.act(), answerer);
            };
        });
    }

    private Optional<Outcome> unclear(long number, Wish wish, Answerer answerer) {
        try {
            return tooLong(number, end(wish, answerer));
        } catch (IllegalArgumentException e) {
            return Optional.of(Outcome.of(Kind.UNCLEAR, number, e.getMessage() + " Nothing was changed."));
        }
    }

    private Optional<Outcome> tooLong(long number, Instant until) {
        Instant now = clock.instant();
        if (until.isAfter(now) && !until.isAfter(now.plus(LONGEST_EXPECTATION))) {
            return Optional.empty();
        }
        return Optional.of(
                Outcome.of(Kind.UNCLEAR, number, "The end has to be to come, and within a year. Nothing was changed."));
    }

    /** By the clock of whoever answers. */
    private Instant end(Wish wish, Answerer answerer) {
        return wish.until().isEmpty()
                ? nextWorkday(answerer)
                : Moments.parse(wish.until(), answerer.receiver().zone());
    }

    /** When the next business day of whoever answers begins. */
    public Instant nextWorkday(Answerer answerer) {
        return nextWorkday.after(clock.instant(), answerer.receiver());
    }

    private Outcome unsilence(long number, Answerer answerer) {
        return incidents.unsilence(number, answerer.who()).isPresent()
                ? Outcome.ofNothing(
                        Kind.DONE, "Silence " + number + " has ended. What it held and is still open is told.")
                : silenceIsOver(number);
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
            Optional<Outcome> refusal = refusal(act, answerer, Optional.of(number));
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
        return refusal(act, answerer, Optional.of(incident.number())).isEmpty()
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

    /**
     * What an incident is about may be so until then: nobody is told before.
     *
     * @param why may be empty
     */
    public Outcome expect(long number, Instant until, String why, Answerer answerer) {
        return database.inTransaction(connection -> {
            Optional<Incident> incident = incidents.find(number);
            if (incident.isEmpty()) {
                return unknown(number);
            }
            return hindrance(Act.EXPECT, incident.get())
                    .or(() -> tooLong(number, until))
                    .orElseGet(() -> expected(number, until, Wish.oneLine(why), answerer));
        });
    }

    private Outcome expected(long number, Instant until, String why, Answerer answerer) {
        String ending = "expected until "
                + UNTIL.format(until.atZone(answerer.receiver().zone())) + (why.isEmpty() ? "" : ": " + why);
        incidents.expect(number, until, answerer.who(), ending, why);
        return done(number, "is over: it is " + ending + ".");
    }

    private static Outcome unknown(long number) {
        return Outcome.ofNothing(Kind.UNKNOWN, "There is no incident " + number + ".");
    }

    private void note(long number, String who, Act act) {
        incidents.note(number, who, "refused", act.word());
    }

    private static Optional<Outcome> refusal(Act act, Answerer answerer, Optional<Long> number) {
        return act.isAllowed(answerer.receiver().answering().may())
                ? Optional.empty()
                : Optional.of(new Outcome(
                        Kind.REFUSED,
                        "By config/alerts.yaml " + answerer.name() + " may not do this (" + act.word()
                                + "). Nothing was changed.",
                        number));
    }

    private Optional<Outcome> hindrance(Act act, Incident incident) {
        if (act == Act.SEE) {
            return Optional.empty();
        }
        if (incident.state() == IncidentState.RESOLVED) {
            return Optional.of(Outcome.of(
                    Kind.ALREADY,
                    incident.number(),
                    "Incident " + incident.number() + " is resolved. Nothing is left to do."));
        }
        if (!act.isFor(incident.acts())) {
            return Optional.of(Outcome.of(
                    Kind.UNFIT,
                    incident.number(),
                    "This can't be done about incident " + incident.number() + " (" + act.word()
                            + "), as it is now. Nothing was changed."));
        }
        if (act == Act.EXPECT && !incidents.canBeExpected(incident)) {
            return Optional.of(
                    Outcome.of(
                            Kind.UNFIT,
                            incident.number(),
                            "No route makes incident " + incident.number()
                                    + " expected. Nothing was changed. Is routes/watch/alerts.camel.yaml there, from: alert:events?kind=expected?"));
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
            case SILENCE_WORKDAY -> silence(incident.get(), now, nextWorkday(answerer), answerer);
            case EXPECT -> expected(number, nextWorkday(answerer), "", answerer);
            case UNSILENCE -> unknown(number);
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
