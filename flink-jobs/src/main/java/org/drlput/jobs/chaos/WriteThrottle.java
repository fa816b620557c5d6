package org.drlput.jobs.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Lets processes write to one block device only so fast, by a control group of the kernel (version 1, {@code blkio}); needs the right
 * to make one. What they write waits in the system's cache, so that it is {@code fsync} that takes long. One thread.
 *
 * <p>Source: the kernel's documentation, {@code admin-guide/cgroup-v1/blkio-controller}.
 */
final class WriteThrottle {
    private static final Path ALL = Path.of("/sys/fs/cgroup/blkio");
    private static final Path GROUP =
            ALL.resolve("drlput-chaos-" + ProcessHandle.current().pid());
    private static final String PROCESSES = "cgroup.procs";
    private static final String WRITE_LIMIT = "blkio.throttle.write_bps_device";

    private final String device;

    /** @param device its number, as the file system tells it */
    WriteThrottle(long device) {
        long major = device >> 8 & 0xfff | device >> 32 & ~0xfffL;
        long minor = device & 0xff | device >> 12 & ~0xffL;
        this.device = major + ":" + minor;
    }

    static boolean permitted() {
        try {
            Files.createDirectories(GROUP);
            boolean limits = Files.isWritable(GROUP.resolve(WRITE_LIMIT));
            Files.delete(GROUP);
            return limits;
        } catch (IOException e) {
            return false;
        }
    }

    void slow(List<Long> processes, int bytesPerSecond) throws IOException {
        Files.createDirectories(GROUP);
        Files.writeString(GROUP.resolve(WRITE_LIMIT), device + " " + bytesPerSecond);
        for (long process : processes) {
            move(process, GROUP);
        }
    }

    /** As before; nothing happens where nothing is slow. */
    void release() throws IOException {
        if (!Files.isDirectory(GROUP)) {
            return;
        }
        Files.writeString(GROUP.resolve(WRITE_LIMIT), device + " 0");
        for (String process : Files.readAllLines(GROUP.resolve(PROCESSES))) {
            move(Long.parseLong(process), ALL);
        }
        Files.delete(GROUP);
    }

    private static void move(long process, Path group) throws IOException {
        try {
            Files.writeString(group.resolve(PROCESSES), String.valueOf(process));
        } catch (IOException e) {
            if (ProcessHandle.of(process).isPresent()) {
                throw e;
            }
            // it has died, and its group has forgotten it
        }
    }
}
