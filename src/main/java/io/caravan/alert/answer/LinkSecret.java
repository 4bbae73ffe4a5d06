package io.caravan.alert.answer;

import io.caravan.database.Database;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** By which links are signed where nobody has given a secret: one that is made once and kept in the database, so that all nodes know each other's links. Never written anywhere else. Thread-safe. */
public final class LinkSecret implements Supplier<String> {
    private static final int BYTES = 32;

    private final Supplier<Database> database;
    private final Clock clock;
    private volatile @Nullable String kept;

    /** @param database is asked when the secret is needed */
    public LinkSecret(Supplier<Database> database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public String get() {
        String known = kept;
        if (known == null) {
            byte[] random = new byte[BYTES];
            new SecureRandom().nextBytes(random);
            known = new LinkRepository(database.get())
                    .secret(Base64.getEncoder().encodeToString(random), clock.instant());
            kept = known;
        }
        return known;
    }

    /** Says nothing. */
    @Override
    public String toString() {
        return "LinkSecret";
    }
}
