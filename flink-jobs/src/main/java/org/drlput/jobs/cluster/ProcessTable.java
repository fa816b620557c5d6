package org.drlput.jobs.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The processes of a cluster as the system knows them, by what their command lines say: also those whose supervisor died before
 * it could write down what it had started. Needs {@code /proc}.
 */
public final class ProcessTable {
    /** Marks a process with its cluster's directory, and with its name there. */
    static final String CLUSTER = "-Ddrlput.cluster=";

    static final String NAME = "-Ddrlput.process=";

    private static final Path PROC = Path.of("/proc");
    private static final long PAGE_BYTES = 4096;
    /** Of {@code /proc/<pid>/stat}, counted after the command's name: state, resident pages and the start since boot. */
    private static final int STATE = 0;

    private static final int STARTED = 19;
    private static final int RESIDENT_PAGES = 21;

    private ProcessTable() {}

    /**
     * @param startedTicks since the machine started: with the id it names one process for good
     * @param state as the system has it: {@code T} stopped, {@code Z} dead, and not gone yet
     */
    public record Entry(String name, long pid, long startedTicks, char state, long residentBytes) {
        public boolean frozen() {
            return state == 'T' || state == 't';
        }
    }

    /** All that live, by name. */
    public static List<Entry> of(ClusterDirectory directory) {
        if (!Files.isDirectory(PROC)) {
            throw new ClusterException("a cluster needs /proc")
                    .found(System.getProperty("os.name"))
                    .expected("Linux")
                    .toDo("drlput train runs in one process anywhere");
        }
        List<Entry> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                name(process, CLUSTER + directory.root())
                        .flatMap(name -> entry(name, Long.parseLong(String.valueOf(process.getFileName()))))
                        .ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new ClusterException("the processes of this machine can not be listed", e).found(e);
        }
        found.sort(Comparator.comparing(Entry::name).thenComparing(Entry::pid));
        return found;
    }

    private static Optional<String> name(Path process, String mark) {
        try {
            List<String> words = List.of(
                    new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8).split("\0"));
            return words.contains(mark)
                    ? words.stream()
                            .filter(word -> word.startsWith(NAME))
                            .map(word -> word.substring(NAME.length()))
                            .findFirst()
                    : Optional.empty();
        } catch (IOException e) {
            // it ended meanwhile, or is somebody else's
            return Optional.empty();
        }
    }

    /** A process by its id, if it lives. */
    static Optional<Entry> entry(String name, long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            // the command's name is in brackets and may hold anything
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            char state = fields[STATE].charAt(0);
            // a killed process whose other threads still end holds its ports and locks until the last is gone
            return (state == 'Z' || state == 'X') && threads(pid) <= 1
                    ? Optional.empty()
                    : Optional.of(new Entry(
                            name,
                            pid,
                            Long.parseLong(fields[STARTED]),
                            state,
                            Long.parseLong(fields[RESIDENT_PAGES]) * PAGE_BYTES));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static int threads(long pid) {
        String[] threads = PROC.resolve(pid + "/task").toFile().list();
        return threads == null ? 0 : threads.length;
    }

    /** Whether this very process lives, and no other one that got its id. */
    static boolean alive(Entry entry) {
        return entry(entry.name(), entry.pid())
                .filter(now -> now.startedTicks() == entry.startedTicks())
                .isPresent();
    }

    /** What is sent to processes. */
    public enum Signal {
        TERM,
        KILL,
        STOP,
        CONT
    }

    /** Sends a signal; a process that is gone gets none. */
    static void signal(long pid, Signal signal) {
        signal(List.of(pid), signal);
    }

    /** Sends a signal to all of them at once. */
    public static void signal(List<Long> pids, Signal signal) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        pids.forEach(pid -> command.add(String.valueOf(pid)));
        try {
            Process kill = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            kill.waitFor();
        } catch (IOException e) {
            throw new ClusterException("signals can not be sent", e)
                    .found(e.getMessage())
                    .expected("a kill on the PATH");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
