package io.caravan.database;

import java.util.Map;

/**
 * What a new cluster's postgresql.conf says beyond PostgreSQL's own defaults. The operator may change that file: it is
 * written once.
 */
final class ServerDefaults {
    /**
     * Larger and rarer checkpoints because loading writes much; no JIT because statements are short; a log of seven
     * days, each day's file overwritten a week later, so that it cannot fill the disk.
     */
    static final Map<String, String> PARAMETERS = Map.ofEntries(
            Map.entry("shared_buffers", "256MB"),
            Map.entry("max_wal_size", "4GB"),
            Map.entry("checkpoint_timeout", "15min"),
            Map.entry("jit", "off"),
            Map.entry("random_page_cost", "1.1"),
            // the server's user is called caravan like the engine's schema, where unqualified names must not end up
            Map.entry("search_path", "public"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC"),
            Map.entry("cluster_name", "caravan"),
            Map.entry("logging_collector", "on"),
            Map.entry("log_filename", "postgresql-%a.log"),
            Map.entry("log_truncate_on_rotation", "on"),
            Map.entry("log_rotation_age", "1d"),
            Map.entry("log_rotation_size", "0"));

    private ServerDefaults() {}
}
