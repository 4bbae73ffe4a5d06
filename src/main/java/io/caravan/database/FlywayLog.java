package io.caravan.database;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flyway's talk, for those who debug it. What was applied is logged by {@link MigrationSet}, what failed is in its
 * exception.
 */
record FlywayLog(Logger logger) implements Log {
    /** Flyway makes it by its name. */
    public static final class Creator implements LogCreator {
        @Override
        public Log createLogger(Class<?> type) {
            return new FlywayLog(LoggerFactory.getLogger(type));
        }
    }

    @Override
    public void debug(String message) {
        logger.trace(message);
    }

    @Override
    public void info(String message) {
        logger.debug(message);
    }

    @Override
    public void notice(String message) {
        logger.debug(message);
    }

    @Override
    public void warn(String message) {
        logger.debug(message);
    }

    @Override
    public void error(String message) {
        logger.debug(message);
    }

    @Override
    public void error(String message, Exception cause) {
        logger.debug(message, cause);
    }
}
