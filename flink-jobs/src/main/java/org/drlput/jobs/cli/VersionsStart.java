package org.drlput.jobs.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.file.PathUtils;
import org.drlput.server.ShardServer;

/**
 * Runs the short commands about versions once, against a server that has none, in a process whose classes the launcher archives: so
 * {@code versions rollback} starts in a fraction of the time. What the commands say is not shown.
 */
final class VersionsStart {
    private VersionsStart() {}

    public static void main(String[] arguments) throws IOException {
        Path data = Files.createTempDirectory("drlput-versions-start");
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(nowhere, nowhere, false, 80);
        Logging.start(terminal);
        try (ShardServer server = ShardServer.start(ShardServer.Settings.embedded(0, 1, data))) {
            List<String> places = List.of("--server", server.address(), "--dir", data.toString());
            for (int place = 0; place < places.size(); place += 2) {
                for (String command : List.of("rollback", "list", "history")) {
                    DrlPut.run(terminal, "versions", command, places.get(place), places.get(place + 1));
                }
            }
        } finally {
            PathUtils.deleteDirectory(data);
        }
        System.exit(0);
    }
}
