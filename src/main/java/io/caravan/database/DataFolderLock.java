package io.caravan.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One service at a time works on a data folder. The operating system holds the lock, so it ends with its process,
 * however that dies. Safe for use by several threads.
 */
final class DataFolderLock implements AutoCloseable {
    /**
     * Folders locked by this JVM. POSIX drops a process's lock as soon as the process closes any other handle on the
     * file, so a second attempt within this JVM must not even open it.
     */
    private static final Set<Path> HELD_HERE = new HashSet<>();

    private final Path folder;
    private final FileChannel channel;

    private DataFolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    static DataFolderLock take(Path dataFolder) {
        try {
            Files.createDirectories(dataFolder);
            var folder = dataFolder.toRealPath();
            synchronized (HELD_HERE) {
                if (!HELD_HERE.add(folder)) {
                    throw inUse(folder, Long.toString(ProcessHandle.current().pid()));
                }
            }
            return takeFromOtherProcesses(folder);
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "Data folder " + dataFolder + " cannot be used: " + e
                            + ". Nothing was started. Make it writable for this user, or choose another folder.",
                    e);
        }
    }

    private static DataFolderLock takeFromOtherProcesses(Path folder) throws IOException {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    folder.resolve("caravan.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(folder, holder(channel));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return new DataFolderLock(folder, channel);
        } catch (IOException | RuntimeException e) {
            release(folder, channel);
            throw e;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        var content = ByteBuffer.allocate(32);
        int read = channel.read(content, 0);
        return read <= 0 ? "unknown" : new String(content.array(), 0, read, StandardCharsets.US_ASCII).strip();
    }

    private static DataFolderInUseException inUse(Path folder, String process) {
        return new DataFolderInUseException("Data folder " + folder + " is in use by another Caravan, process "
                + process + ". Nothing was started. Stop that one first, or give this one a data folder of its own.");
    }

    @Override
    public void close() {
        release(folder, channel);
    }

    private static void release(Path folder, @Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The lock of data folder " + folder + " did not close: " + e, e);
        } finally {
            synchronized (HELD_HERE) {
                HELD_HERE.remove(folder);
            }
        }
    }
}
