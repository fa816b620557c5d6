package org.drlput.jobs.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A small file system in memory where the captures lie, so that it can be filled; needs the right to mount. */
final class SmallDisk {
    private static final int BLOCK_BYTES = 1 << 16;
    private static final String FILLER = "filler";

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    /** Whether this machine lets us mount, tried beside the directory. */
    static boolean permitted(Path beside) throws IOException, InterruptedException {
        Path probe = Files.createDirectories(beside.resolve("mount-probe"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "drlput-chaos", probe.toString()) == 0;
        if (mounted) {
            run("umount", probe.toString());
        }
        Files.delete(probe);
        return mounted;
    }

    /** Mounts it, if it is not yet. */
    static SmallDisk mount(Path directory, int mebibytes) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        SmallDisk disk = new SmallDisk(directory);
        if (!disk.mounted()
                && run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "drlput-chaos", directory.toString())
                        != 0) {
            throw new ChaosException(directory + ": no file system can be mounted there");
        }
        return disk;
    }

    private boolean mounted() throws IOException {
        return Files.readAllLines(Path.of("/proc/mounts")).stream()
                .anyMatch(line -> List.of(line.split(" ")).contains(directory.toString()));
    }

    void unmount() throws IOException, InterruptedException {
        if (mounted()) {
            run("umount", directory.toString());
        }
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
