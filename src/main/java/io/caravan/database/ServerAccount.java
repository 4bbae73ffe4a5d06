package io.caravan.database;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The account under which PostgreSQL's programs run. For an ordinary user that is the user. PostgreSQL refuses to run
 * as root, so root starts them in a user namespace where it is nobody (the files stay root's) or, where namespaces are
 * not allowed, as the folder's owner or uid 65534.
 *
 * @param prefix what stands before every command; empty for an ordinary user
 */
record ServerAccount(List<String> prefix, int uid, int gid) {
    private static final Logger LOG = LoggerFactory.getLogger(ServerAccount.class);
    private static final int NOBODY = 65_534;

    ServerAccount {
        prefix = List.copyOf(prefix);
    }

    /** The account that may work in this cluster; it need not exist yet. */
    static ServerAccount forCluster(Path cluster) {
        var me = new UnixSystem();
        if (me.getUid() != 0) {
            return new ServerAccount(List.of(), (int) me.getUid(), (int) me.getGid());
        }
        int owner = Files.exists(cluster) ? id(cluster, "unix:uid") : 0;
        if (owner == 0 && works(List.of("unshare", "-U"))) {
            return new ServerAccount(List.of("unshare", "-U"), 0, 0);
        }
        return owner == 0 ? substitute(NOBODY, NOBODY) : substitute(owner, id(cluster, "unix:gid"));
    }

    private static ServerAccount substitute(int uid, int gid) {
        var prefix = List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups");
        if (!works(prefix)) {
            throw new EmbeddedPostgresException("PostgreSQL does not run as root, and neither 'unshare -U' nor '"
                    + String.join(" ", prefix)
                    + "' works here. Nothing was started. Start Caravan as an ordinary user, or install util-linux.");
        }
        return new ServerAccount(prefix, uid, gid);
    }

    private static boolean works(List<String> prefix) {
        try {
            return new ServerCommand(prefix, Path.of("/"))
                    .run(Duration.ofSeconds(10), "true")
                    .succeeded();
        } catch (EmbeddedPostgresException e) {
            LOG.debug("{} does not work here", prefix, e);
            return false;
        }
    }

    private static int id(Path path, String attribute) {
        try {
            return (Integer) Files.getAttribute(path, attribute, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The owner of " + path + " cannot be read: " + e, e);
        }
    }

    ServerCommand commandIn(Path workingFolder) {
        return new ServerCommand(prefix, workingFolder);
    }

    /** Makes this account the owner of the folder and all in it. Only root can and needs to. */
    void takeOver(Path folder) throws IOException {
        if (prefix.isEmpty() || id(folder, "unix:uid") == uid) {
            return;
        }
        try (var paths = Files.walk(folder)) {
            for (var path : (Iterable<Path>) paths::iterator) {
                Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    /** Fails with the first folder on the way that this account may not enter. */
    void requireAccessTo(Path folder) {
        for (var step : wayTo(folder)) {
            if (!commandIn(Path.of("/"))
                    .run(Duration.ofSeconds(10), "test", "-x", step.toString())
                    .succeeded()) {
                throw new EmbeddedPostgresException(
                        "PostgreSQL runs as uid " + uid + (uid == 0 ? " without root's powers" : "")
                                + " and may not enter " + step + ", which is on the way to " + folder
                                + ". Nothing was started. Allow it (chmod o+x " + step
                                + "), choose another data folder, or start Caravan as the user who owns it.");
            }
        }
    }

    private static List<Path> wayTo(Path folder) {
        var steps = new ArrayList<Path>();
        for (var step = folder; step != null; step = step.getParent()) {
            steps.add(0, step);
        }
        return steps;
    }
}
