package org.drlput.common.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.drlput.common.version.AtomicFile;

/** Lets one change of a ledger at a time happen: among the threads of this process, and among processes. */
final class LedgerLock implements AutoCloseable {
    static final String NAME = "ledger.lock";

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long LOOK_AGAIN_MILLIS = 2;

    /**
     * One lock a folder for all of this process: a file lock is the process's, and closing any channel of the file gives it up, so
     * that no two threads may have it open at once.
     */
    private static final Map<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

    private final ReentrantLock inProcess;
    private final FileChannel channel;

    private LedgerLock(ReentrantLock inProcess, FileChannel channel) {
        this.inProcess = inProcess;
        this.channel = channel;
    }

    /** @throws LedgerException where it can not be had within half a minute, or the thread is interrupted */
    static LedgerLock take(Path root) throws IOException {
        AtomicFile.createFolder(root);
        Path file = root.toRealPath().resolve(NAME);
        ReentrantLock inProcess = IN_PROCESS.computeIfAbsent(file, path -> new ReentrantLock());
        long end = System.nanoTime() + PATIENCE_NANOS;
        try {
            if (!inProcess.tryLock(PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
                throw busy(file);
            }
        } catch (InterruptedException e) {
            throw interrupted(file, e);
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            while (lock == null) {
                if (System.nanoTime() > end) {
                    throw busy(file);
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
                lock = channel.tryLock();
            }
            return new LedgerLock(inProcess, channel);
        } catch (InterruptedException e) {
            release(inProcess, channel);
            throw interrupted(file, e);
        } catch (IOException | RuntimeException e) {
            release(inProcess, channel);
            throw e;
        }
    }

    private static LedgerException busy(Path file) {
        return new LedgerException("%s: another process has had it locked for %d s: see which one, and whether it hangs"
                .formatted(file, TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS)));
    }

    private static LedgerException interrupted(Path file, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new LedgerException(file + ": interrupted while it was waited for: nothing was changed", e);
    }

    private static void release(ReentrantLock inProcess, @org.jspecify.annotations.Nullable FileChannel channel) {
        try {
            if (channel != null) {
                // with the file lock
                channel.close();
            }
        } catch (IOException e) {
            // the lock goes with the descriptor, whatever closing says
        } finally {
            inProcess.unlock();
        }
    }

    @Override
    public void close() {
        release(inProcess, channel);
    }
}
