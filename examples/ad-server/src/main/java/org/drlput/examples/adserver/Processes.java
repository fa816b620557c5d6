package org.drlput.examples.adserver;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The programs of the loop, each in a process of its own, whose output goes to a file. One thread. */
final class Processes implements AutoCloseable {
    private static final long END_SECONDS = 30;

    private final Path launcher;
    private final Path folder;
    private final List<Process> running = new CopyOnWriteArrayList<>();
    private int started;

    /**
     * @param launcher {@code drlput}
     * @param folder where outputs go
     */
    Processes(Path launcher, Path folder) {
        this.launcher = launcher;
        this.folder = folder;
        // of a Ctrl-C nothing is to be left
        Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forEach(Process::destroy), "end"));
    }

    /** A program that serves. */
    record Serving(Process process, int port) {}

    /** A program that has done what it was to do, and how long it took. */
    record Ended(long millis) {}

    /**
     * Runs {@code drlput} to its end.
     *
     * @throws IOException where it fails, with what it said
     */
    Ended drlput(String... arguments) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Path output = output(arguments[0]);
        Process process = start(launcherWith(arguments), output);
        int code = process.waitFor();
        running.remove(process);
        if (code != 0) {
            throw new IOException("drlput %s ended with %d:%n%s"
                    .formatted(String.join(" ", arguments), code, Files.readString(output, StandardCharsets.UTF_8)));
        }
        return new Ended(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    /** Starts {@code drlput} to serve, and waits until it says on which port. */
    Serving serveDrlput(String before, String... arguments) throws IOException, InterruptedException {
        return serve(launcherWith(arguments), arguments[0], before);
    }

    /** Starts a main class of this program to serve, and waits until it says on which port. */
    Serving serveJava(Class<?> main, String before, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseParallelGC",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return serve(command, main.getSimpleName(), before);
    }

    private Serving serve(List<String> command, String name, String before) throws IOException, InterruptedException {
        Path output = output(name);
        Process process = start(command, output);
        while (true) {
            boolean alive = process.isAlive();
            for (String line : lines(output)) {
                int at = line.indexOf(before);
                if (at >= 0) {
                    String port = line.substring(at + before.length()).replaceAll("^(?:.*?:)?(\\d+).*$", "$1");
                    return new Serving(process, Integer.parseInt(port));
                }
            }
            if (!alive) {
                throw new IOException(
                        "%s ended with %d:%n%s".formatted(name, process.exitValue(), String.join("\n", lines(output))));
            }
            Thread.sleep(20);
        }
    }

    /** Whole lines. */
    private static List<String> lines(Path output) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(output, StandardCharsets.UTF_8)) {
            reader.lines().forEach(lines::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        boolean whole = Files.readString(output, StandardCharsets.UTF_8).endsWith("\n");
        return whole || lines.isEmpty() ? lines : lines.subList(0, lines.size() - 1);
    }

    private List<String> launcherWith(String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private Path output(String name) throws IOException {
        Files.createDirectories(folder);
        return Files.createFile(folder.resolve("%02d-%s.txt".formatted(started++, name)));
    }

    private Process start(List<String> command, Path output) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .start();
        running.add(process);
        return process;
    }

    /** Ends a program as an operator does. */
    void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        running.remove(process);
    }

    /** Ends all that still runs, the last started first. */
    @Override
    public void close() throws InterruptedException {
        for (int i = running.size() - 1; i >= 0; i--) {
            end(running.get(i));
        }
    }
}
