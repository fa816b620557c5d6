package org.drlput.server;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A shard in a process of its own, which can be killed. Its port stays the same over its lives. */
final class ServerProcess implements AutoCloseable {
    private final Path data;
    private final Path log;
    private int port;
    private Process process;

    /** Starts it; on return it serves. */
    ServerProcess(Path data, Path log) throws IOException {
        this.data = data;
        this.log = log;
        this.process = launch();
        start(process);
    }

    /** Of the process itself: prints its port, serves until it is killed. */
    public static void main(String[] args) throws InterruptedException {
        ShardServer server = ShardServer.start(
                new ShardServer.Settings(0, 1, Path.of(args[0]), "127.0.0.1", Integer.parseInt(args[1])));
        System.out.println("port " + server.port());
        server.awaitTermination();
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ServerProcess.class.getName(),
                        data.toString(),
                        String.valueOf(port)))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void start(Process started) throws IOException {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.startsWith("port ")) {
            line = out.readLine();
        }
        if (line == null) {
            throw new IOException("the server did not start, see " + new File(log.toString()));
        }
        port = Integer.parseInt(line.substring("port ".length()));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() throws IOException {
        process = launch();
        start(process);
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
