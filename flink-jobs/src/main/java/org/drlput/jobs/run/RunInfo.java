package org.drlput.jobs.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code run.json}: what was run, on what, and how long it took: all that it takes to run it again.
 *
 * @param command the command line, of the newest life, as are servers, parallelism and shards
 * @param logs as they were given
 * @param servers of other processes; empty: embedded ones
 * @param software version and commit
 * @param startedAt ISO 8601, UTC
 * @param resumes how often it was taken up again
 * @param firstPassSeconds null while the first pass runs
 * @param trainSeconds from the first pass to the end, of all lives; null until the end
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunInfo(
        int formatVersion,
        String run,
        String command,
        List<String> logs,
        List<String> servers,
        int parallelism,
        int shards,
        long seed,
        long totalSteps,
        String kernel,
        String software,
        String java,
        Machine machine,
        String experimentSha256,
        String startedAt,
        int resumes,
        @Nullable Double firstPassSeconds,
        @Nullable Double trainSeconds) {

    public static final int FORMAT_VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** @param processor as the system names it; empty where it does not */
    public record Machine(String processor, int cores, long heapBytes, String system) {
        /** This machine, and this process. */
        public static Machine here() {
            return new Machine(
                    processorName(),
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.getRuntime().maxMemory(),
                    System.getProperty("os.name") + " " + System.getProperty("os.version"));
        }

        private static String processorName() {
            Path cpu = Path.of("/proc/cpuinfo");
            try {
                return !Files.isReadable(cpu)
                        ? ""
                        : Files.readAllLines(cpu).stream()
                                .filter(line -> line.startsWith("model name"))
                                .map(line ->
                                        line.substring(line.indexOf(':') + 1).strip())
                                .findFirst()
                                .orElse("");
            } catch (IOException e) {
                return "";
            }
        }
    }

    /** The same after the first pass. */
    public RunInfo withFirstPass(double seconds, long steps) {
        return with(command, parallelism, shards, servers, steps, resumes, seconds, null);
    }

    /** The same at the end. */
    public RunInfo withTraining(double seconds) {
        return with(command, parallelism, shards, servers, totalSteps, resumes, firstPassSeconds, seconds);
    }

    /** The same in a further life. */
    public RunInfo resumed(String newCommand, int newParallelism, int newShards, List<String> newServers) {
        return with(newCommand, newParallelism, newShards, newServers, totalSteps, resumes + 1, firstPassSeconds, null);
    }

    /** Whether it has come to its end. */
    public boolean finished() {
        return trainSeconds != null;
    }

    private RunInfo with(
            String newCommand,
            int newParallelism,
            int newShards,
            List<String> newServers,
            long steps,
            int newResumes,
            @Nullable Double firstPass,
            @Nullable Double training) {
        return new RunInfo(
                formatVersion,
                run,
                newCommand,
                logs,
                newServers,
                newParallelism,
                newShards,
                seed,
                steps,
                kernel,
                software,
                java,
                machine,
                experimentSha256,
                startedAt,
                newResumes,
                firstPass,
                training);
    }

    /** Replaces the file at once. */
    public void write(Path file) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.writeString(partial, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** @throws IOException where the file is missing or broken; the message says so */
    public static RunInfo read(Path file) throws IOException {
        RunInfo info;
        try {
            info = JSON.readValue(Files.readAllBytes(file), RunInfo.class);
        } catch (JsonProcessingException e) {
            throw new IOException("%s: is no run.json of DRL-PUT: %s".formatted(file, e.getOriginalMessage()), e);
        }
        if (info.formatVersion() != FORMAT_VERSION) {
            throw new IOException(
                    "%s: formatVersion is %d, expected %d".formatted(file, info.formatVersion(), FORMAT_VERSION));
        }
        return info;
    }
}
