package io.caravan.dedup;

import io.caravan.batch.CanonicalForm;
import io.caravan.database.Database;
import io.caravan.database.DatabaseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.Metadata;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * The windowed memory of {@code dedup:} as a bean for Camel's {@code idempotentConsumer}, {@code file:} and the like. Safe for all threads and between nodes.
 *
 * <p>In a transaction ({@code poll:}, {@code transacted}) a key belongs to it: after a rollback it is unseen, whatever {@code removeOnFailure} says, and who
 * adds the same key meanwhile waits for the commit. Without one, a key that was added is leased until the exchange ends. A kill between add and confirm does
 * not lose the message: while the lease runs, an add of that key by another node, or by this one after its restart, waits rather than say "duplicate", and
 * when it is over, takes the key.
 */
@Metadata(
        label = "bean",
        description =
                "Idempotent repository in PostgreSQL that remembers message ids for a window, race-free between nodes",
        annotations = {"interfaceName=org.apache.camel.spi.IdempotentRepository"})
@Configurer(metadataOnly = true)
public class DedupIdempotentRepository extends ServiceSupport implements IdempotentRepository, CamelContextAware {
    private static final String IN_FAILED_TRANSACTION = "25P02";
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(100);

    @Metadata(
            required = true,
            description =
                    "Name of the repository; all beans of one name on one database share its memory. Message ids and the records of dedup: never"
                            + " meet, but the window is the repository's, so give it a name of its own")
    private String name = "";

    @Metadata(
            defaultValue = "30m",
            description =
                    "For how long a message id is remembered, from when it was first seen: a duration such as 30m or 7d, or forever")
    private String window = "30m";

    @Metadata(
            defaultValue = "5m",
            description =
                    "How long a message may take outside of a transaction. Until then a key that was added and neither confirmed nor removed is"
                            + " taken; afterwards it counts as unseen")
    private String lease = "5m";

    @Metadata(
            defaultValue = "wait",
            enums = "wait,duplicate",
            description =
                    "What add does with a key that another node is working on (or a process that was killed). wait: waits for the outcome, at most"
                            + " for the lease, so that no message is lost. duplicate: says at once that it is a duplicate, for read locks of files and others who ask again")
    private String whilePending = "wait";

    private final long instance = UUID.randomUUID().getMostSignificantBits();
    private final AtomicLong adds = new AtomicLong();
    private @Nullable CamelContext camelContext;
    private @Nullable Database database;
    private @Nullable Clock clock;
    private @Nullable DedupMemory memory;
    private Duration leaseTime = Duration.ZERO;

    /** For YAML beans: takes {@link Database} and {@link Clock} from Camel's registry at the start. */
    public DedupIdempotentRepository() {}

    /** For Java: {@code window} as in the bean's property. */
    public DedupIdempotentRepository(Database database, Clock clock, String name, String window) {
        this.database = database;
        this.clock = clock;
        this.name = name;
        this.window = window;
    }

    @Override
    protected synchronized void doStart() {
        if (memory != null) {
            return;
        }
        leaseTime = Window.duration(lease);
        if (!whilePending.equals("wait") && !whilePending.equals("duplicate")) {
            throw new IllegalArgumentException("whilePending of dedup repository '" + name + "' is '" + whilePending
                    + "'; use wait or duplicate.");
        }
        DedupSettings settings =
                new DedupSettings(name, Window.parse(window), List.of("(message id)"), CanonicalForm.EXACT);
        memory = DedupMemory.open(settings, database(), clock(), events());
    }

    private Database database() {
        if (database == null) {
            database = DedupComponent.database(context());
        }
        return database;
    }

    private Clock clock() {
        return clock == null ? DedupComponent.clock(context()) : clock;
    }

    private DedupEvents events() {
        return camelContext == null ? new AllDedupEvents(List.of()) : DedupComponent.events(camelContext);
    }

    private CamelContext context() {
        if (camelContext == null) {
            throw new IllegalStateException(
                    "Dedup repository '" + name + "' has neither a Database nor a CamelContext");
        }
        return camelContext;
    }

    private DedupMemory memory() {
        if (memory == null) {
            throw new IllegalStateException("Dedup repository '" + name + "' is not started; call start() first");
        }
        return memory;
    }

    @Override
    public boolean add(String key) {
        return take(new MessageKey(key), nextHolder()).isPresent();
    }

    @Override
    public boolean add(Exchange exchange, String key) {
        Optional<Lease> taken = take(new MessageKey(key), nextHolder());
        exchange.setProperty(property(key), taken.isPresent() ? taken.get() : Refused.DUPLICATE);
        if (taken.flatMap(Lease::until).isPresent()) {
            exchange.getExchangeExtension().addOnCompletion(new Keeping(key));
        }
        return taken.isPresent();
    }

    @Override
    public boolean contains(String key) {
        return memory().find(new MessageKey(key).hash(), memory().now()).isPresent();
    }

    @Override
    public boolean confirm(String key) {
        return confirm(new MessageKey(key), null) || contains(key);
    }

    @Override
    public boolean confirm(Exchange exchange, String key) {
        Object mark = exchange.removeProperty(property(key));
        if (mark instanceof Lease held) {
            return held.until().isEmpty() || confirm(new MessageKey(key), held.holder());
        }
        return mark == null && confirm(key);
    }

    @Override
    public boolean remove(String key) {
        return remove(new MessageKey(key), null);
    }

    @Override
    public boolean remove(Exchange exchange, String key) {
        Object mark = exchange.removeProperty(property(key));
        if (mark instanceof Lease held) {
            return remove(new MessageKey(key), held.holder());
        }
        return mark == null && remove(key);
    }

    @Override
    public void clear() {
        memory().clear();
    }

    /** What this exchange got when it asked: a lease of its own, or empty because the key is somebody else's. */
    private Optional<Lease> take(MessageKey key, UUID holder) {
        while (true) {
            Instant now = memory().now();
            Optional<Instant> until =
                    database().isInTransaction() ? Optional.empty() : Optional.of(now.plus(leaseTime));
            Lease wanted = new Lease(holder, until);
            List<Remembered> known =
                    database().inTransaction(connection -> memory().admit(List.of(key.hash()), now, wanted));
            if (known.isEmpty()) {
                return Optional.of(wanted);
            }
            if (isSettled(known.get(0))) {
                return Optional.empty();
            }
            lookAgainLater(key, known.get(0));
        }
    }

    /** A key that this process is working on counts as seen, as in Camel's own repositories: if the work fails, its own source delivers it again. */
    private boolean isSettled(Remembered known) {
        return known.leasedUntil().isEmpty()
                || whilePending.equals("duplicate")
                || (known.holder() != null && known.holder().getMostSignificantBits() == instance);
    }

    private void lookAgainLater(MessageKey key, Remembered known) {
        try {
            Thread.sleep(LOOK_AGAIN_AFTER.toMillis());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new KeyInProgressException(
                    name, key.text(), known.leasedUntil().orElseThrow());
        }
    }

    private boolean confirm(MessageKey key, @Nullable UUID holder) {
        return memory().confirm(List.of(key.hash()), holder);
    }

    /** In a transaction that has failed nothing can be removed, nor need be: it is rolled back, and its keys with it. */
    private boolean remove(MessageKey key, @Nullable UUID holder) {
        try {
            return memory().remove(List.of(key.hash()), holder);
        } catch (DatabaseException failed) {
            if (failed.sqlState().filter(IN_FAILED_TRANSACTION::equals).isPresent()) {
                return true;
            }
            throw failed;
        }
    }

    private UUID nextHolder() {
        return new UUID(instance, adds.incrementAndGet());
    }

    private String property(String key) {
        return "CaravanDedup:" + name + ":" + key;
    }

    /** Marks an exchange whose key was somebody else's, so that its end does not touch that key. */
    private enum Refused {
        DUPLICATE
    }

    /**
     * Runs after all that Camel does at the end of an exchange: a key that is neither confirmed nor removed by then (removeOnFailure=false, or a component that
     * never confirms) is meant to be kept.
     */
    private final class Keeping extends SynchronizationAdapter {
        private final String key;

        Keeping(String key) {
            this.key = key;
        }

        @Override
        public void onDone(Exchange exchange) {
            if (exchange.getProperty(property(key)) instanceof Lease) {
                confirm(exchange, key);
            }
        }

        @Override
        public boolean allowHandover() {
            return true;
        }
    }

    @Override
    public void setCamelContext(@Nullable CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return camelContext;
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getWindow() {
        return window;
    }

    public void setWindow(String window) {
        this.window = window;
    }

    public String getLease() {
        return lease;
    }

    public void setLease(String lease) {
        this.lease = lease;
    }

    public String getWhilePending() {
        return whilePending;
    }

    public void setWhilePending(String whilePending) {
        this.whilePending = whilePending;
    }
}
