package org.drlput.server.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A disk that is soon full: a small tmpfs where that may be mounted; elsewhere the test is skipped, and says so. */
public final class SmallDisk implements AutoCloseable {
    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    public static SmallDisk mount(Path path, int bytes) throws IOException, InterruptedException {
        Files.createDirectories(path);
        int code = run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", path.toString());
        Assumptions.assumeTrue(code == 0, "a tmpfs can not be mounted here: not tried on a full disk");
        return new SmallDisk(path);
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    public Path path() {
        return path;
    }

    /** Writes until nothing more goes in. */
    public void fill(Path file) throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (run("umount", path.toString()) != 0) {
            throw new IOException(path + " can not be unmounted");
        }
    }
}
