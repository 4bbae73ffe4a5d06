package io.caravan.database;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs as they lie on the classpath (a .txz of io.zonky.test.postgres), unpacked once into a folder
 * named by the archive's SHA-256. Several processes may unpack at the same time: each works in a folder of its own and
 * the first to finish moves it into place.
 */
final class PostgresBinaries {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresBinaries.class);
    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-r--r--");

    private PostgresBinaries() {}

    /** The folder that holds {@code bin}, {@code lib} and {@code share}. */
    static Path unpackedBelow(Path folder) {
        var archive = archive(System.getProperty("os.name"), System.getProperty("os.arch"));
        try {
            var home = folder.resolve("server-" + hash(archive).substring(0, 16));
            if (!Files.exists(home)) {
                unpack(archive, home);
            }
            return home.toRealPath();
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "PostgreSQL could not be unpacked below " + folder + ": " + e
                            + ". Check that the folder is writable and the disk has 100 MB left.",
                    e);
        }
    }

    /** The resource's name for this operating system and processor, as zonky names them. */
    static String archive(String system, String processor) {
        var os = system.toLowerCase(Locale.ROOT);
        var kernel = os.startsWith("mac") ? "darwin" : os.startsWith("linux") ? "linux" : os.replace(' ', '_');
        var architecture = switch (processor.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> processor;
        };
        return "/postgres-" + kernel + "-" + architecture + ".txz";
    }

    private static InputStream open(String archive) {
        var in = PostgresBinaries.class.getResourceAsStream(archive);
        if (in == null) {
            throw new EmbeddedPostgresException(
                    "This Caravan carries no PostgreSQL for " + System.getProperty("os.name")
                            + " on " + System.getProperty("os.arch") + " (" + archive.substring(1)
                            + " is not on the classpath). Build it on this machine, use the distribution for Linux x86-64,"
                            + " Linux arm64 and macOS arm64, or set caravan.database.url to a server of your own.");
        }
        return in;
    }

    private static String hash(String archive) throws IOException {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            try (var in = new DigestInputStream(open(archive), sha256)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static void unpack(String archive, Path home) throws IOException {
        LOG.info("Unpacking PostgreSQL into {} (once)", home);
        Files.createDirectories(home.getParent());
        var work = Files.createTempDirectory(home.getParent(), ".unpacking-");
        try {
            extract(archive, work);
            openFolders(work);
            moveIntoPlace(work, home);
        } finally {
            delete(work);
        }
    }

    private static void extract(String archive, Path folder) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(open(archive))))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("Entry " + entry.getName() + " of " + archive + " leaves its folder");
                }
                write(tar, entry, target);
            }
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        if (entry.isDirectory()) {
            Files.createDirectories(target);
        } else if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, target);
            // Whatever the umask: the server may run as another user than the one who unpacks
            Files.setPosixFilePermissions(target, (entry.getMode() & 0100) == 0 ? FILE : PROGRAM);
        }
    }

    private static void openFolders(Path work) throws IOException {
        try (var paths = Files.walk(work)) {
            for (var folder : paths.filter(p -> Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                Files.setPosixFilePermissions(folder, PROGRAM);
            }
        }
    }

    private static void moveIntoPlace(Path work, Path home) throws IOException {
        try {
            Files.move(work, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(home)) {
                throw e;
            }
            LOG.debug("Another process unpacked {} first", home);
        }
    }

    static void delete(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        try (var paths = Files.walk(folder)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
