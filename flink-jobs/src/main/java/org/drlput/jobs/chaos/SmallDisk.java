package org.drlput.jobs.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small file system where the captures lie, so that it can be filled and slowed; needs the right to mount. On an image file with a
 * block device of its own where this machine has loop devices, in memory elsewhere.
 */
final class SmallDisk {
    /** What this machine permits. */
    enum Support {
        NOTHING,
        IN_MEMORY,
        BLOCK_DEVICE
    }

    private static final int BLOCK_BYTES = 1 << 16;
    private static final int MEBIBYTE = 1 << 20;
    private static final int PROBE_MEBIBYTES = 4;
    private static final String FILLER = "filler";

    private final Path directory;
    private final Path image;

    private SmallDisk(Path directory, Path image) {
        this.directory = directory;
        this.image = image;
    }

    /** Tried beside the directory. */
    static Support support(Path beside) throws IOException, InterruptedException {
        SmallDisk probe = new SmallDisk(
                Files.createDirectories(beside.resolve("mount-probe")), beside.resolve("mount-probe.image"));
        Support support = Support.NOTHING;
        for (Support tried : List.of(Support.BLOCK_DEVICE, Support.IN_MEMORY)) {
            if (support == Support.NOTHING && probe.tryMount(tried, PROBE_MEBIBYTES)) {
                support = tried;
                probe.unmount();
            }
        }
        Files.deleteIfExists(probe.image);
        Files.delete(probe.directory);
        return support;
    }

    /**
     * Mounts it, if it is not yet.
     *
     * @param image where its bytes lie if it has a device
     */
    static SmallDisk mount(Path directory, Path image, Support support, int mebibytes)
            throws IOException, InterruptedException {
        Files.createDirectories(directory);
        SmallDisk disk = new SmallDisk(directory, image);
        if (!disk.mounted() && !disk.tryMount(support, mebibytes)) {
            throw new ChaosException(directory + ": no file system can be mounted there");
        }
        return disk;
    }

    private boolean tryMount(Support support, int mebibytes) throws IOException, InterruptedException {
        if (support == Support.IN_MEMORY) {
            return run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "drlput-chaos", directory.toString())
                    == 0;
        }
        try (RandomAccessFile bytes = new RandomAccessFile(image.toFile(), "rw")) {
            bytes.setLength(0);
            bytes.setLength((long) mebibytes * MEBIBYTE);
        }
        // without a journal, so that nobody but the writer waits for the writer's device
        boolean made = run("mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-m", "0", image.toString()) == 0;
        if (!made || run("mount", "-o", "loop", image.toString(), directory.toString()) != 0) {
            return false;
        }
        Files.deleteIfExists(directory.resolve("lost+found"));
        return true;
    }

    /** The number of its block device; of one in memory nothing can be said with it. */
    long device() throws IOException {
        return (long) Files.getAttribute(directory, "unix:dev");
    }

    private boolean mounted() throws IOException {
        return Files.readAllLines(Path.of("/proc/mounts")).stream()
                .anyMatch(line -> List.of(line.split(" ")).contains(directory.toString()));
    }

    void unmount() throws IOException, InterruptedException {
        if (mounted()) {
            run("umount", directory.toString());
        }
        Files.deleteIfExists(image);
    }

    /** Writes until there is no space. */
    void fill() {
        try (OutputStream out = Files.newOutputStream(directory.resolve(FILLER))) {
            byte[] block = new byte[BLOCK_BYTES];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            // full, as it should be
        }
    }

    void makeSpace() throws IOException {
        Files.deleteIfExists(directory.resolve(FILLER));
    }

    private static int run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            // no such tool
            return -1;
        }
    }
}
