package org.drlput.jobs.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.checkpoint.CheckpointIDCounter;
import org.apache.flink.runtime.checkpoint.CheckpointRecoveryFactory;
import org.apache.flink.runtime.checkpoint.CheckpointsCleaner;
import org.apache.flink.runtime.checkpoint.CompletedCheckpoint;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStore;
import org.apache.flink.runtime.checkpoint.EmbeddedCompletedCheckpointStore;
import org.apache.flink.runtime.checkpoint.StandaloneCheckpointIDCounter;
import org.apache.flink.runtime.state.SharedStateRegistry;
import org.apache.flink.runtime.state.SharedStateRegistryFactory;
import org.apache.flink.util.InstantiationUtil;
import org.drlput.common.version.AtomicFile;

/**
 * Remembers in a local directory which checkpoints a job has completed, so that a JobManager that was started again goes on from
 * the newest. A file for each retained checkpoint, and one that says how the job ended: it is written before the last
 * checkpoint is thrown away, so that a job that is over is never begun anew.
 */
final class CompletedCheckpoints implements CheckpointRecoveryFactory {
    private static final Pattern CHECKPOINT = Pattern.compile("chk-(\\d+)");

    private static final String ENDED = "ended";
    private static final String FAILURE = "failure";

    private final Path directory;

    CompletedCheckpoints(Path directory) {
        this.directory = directory;
    }

    /** Whether the job is over, however it ended. */
    static boolean ended(Path recovery, JobID job) {
        return Files.exists(endFile(recovery, job));
    }

    /** How the job ended; empty while it is not over. */
    static Optional<JobStatus> end(Path recovery, JobID job) throws IOException {
        return ended(recovery, job)
                ? Optional.of(JobStatus.valueOf(
                        Files.readString(endFile(recovery, job)).strip()))
                : Optional.empty();
    }

    /** Keeps why a job failed, beside how it ended. */
    static void tellFailure(Path recovery, JobID job, String message) throws IOException {
        write(folder(recovery, job), FAILURE, message.getBytes(StandardCharsets.UTF_8));
    }

    /** Has a job that ended go on. */
    static void reopen(Path recovery, JobID job) throws IOException {
        Files.deleteIfExists(endFile(recovery, job));
        Files.deleteIfExists(folder(recovery, job).resolve(FAILURE));
    }

    static Optional<String> failure(Path recovery, JobID job) throws IOException {
        Path file = folder(recovery, job).resolve(FAILURE);
        return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    }

    private static Path endFile(Path recovery, JobID job) {
        return folder(recovery, job).resolve(ENDED);
    }

    static Path folder(Path recovery, JobID job) {
        return recovery.resolve(job.toString());
    }

    /** Numbers of the remembered checkpoints with their files, oldest first. */
    private TreeMap<Long, Path> files(JobID job) throws IOException {
        TreeMap<Long, Path> found = new TreeMap<>();
        Path folder = folder(directory, job);
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Matcher name = CHECKPOINT.matcher(String.valueOf(file.getFileName()));
                    if (name.matches()) {
                        found.put(Long.parseLong(name.group(1)), file);
                    }
                }
            }
        }
        return found;
    }

    OptionalLong newest(JobID job) throws IOException {
        TreeMap<Long, Path> known = files(job);
        return known.isEmpty() ? OptionalLong.empty() : OptionalLong.of(known.lastKey());
    }

    @Override
    public CompletedCheckpointStore createRecoveredCompletedCheckpointStore(
            JobID job, int retained, SharedStateRegistryFactory registry, Executor io, RecoveryClaimMode claim)
            throws Exception {
        List<CompletedCheckpoint> known = new ArrayList<>();
        for (Path file : files(job).values()) {
            known.add(InstantiationUtil.deserializeObject(
                    Files.readAllBytes(file), CompletedCheckpoints.class.getClassLoader()));
        }
        return new Store(job, retained, known, registry.create(io, known, claim));
    }

    @Override
    public CheckpointIDCounter createCheckpointIDCounter(JobID job) throws Exception {
        StandaloneCheckpointIDCounter counter = new StandaloneCheckpointIDCounter();
        TreeMap<Long, Path> known = files(job);
        if (!known.isEmpty()) {
            counter.setCount(known.lastKey() + 1);
        }
        return counter;
    }

    private static void write(Path folder, String name, byte[] content) throws IOException {
        AtomicFile.createFolder(folder);
        AtomicFile.write(folder.resolve(name), out -> out.write(ByteBuffer.wrap(content)));
    }

    private final class Store extends EmbeddedCompletedCheckpointStore {
        private final JobID job;

        Store(JobID job, int retained, List<CompletedCheckpoint> known, SharedStateRegistry registry) {
            super(retained, known, registry);
            this.job = job;
        }

        @Override
        public CompletedCheckpoint addCheckpointAndSubsumeOldestOne(
                CompletedCheckpoint checkpoint, CheckpointsCleaner cleaner, Runnable postCleanup) throws Exception {
            write(
                    folder(directory, job),
                    "chk-" + checkpoint.getCheckpointID(),
                    InstantiationUtil.serializeObject(checkpoint));
            CompletedCheckpoint subsumed = super.addCheckpointAndSubsumeOldestOne(checkpoint, cleaner, postCleanup);
            List<Long> kept = getAllCheckpoints().stream()
                    .map(CompletedCheckpoint::getCheckpointID)
                    .toList();
            for (var old : files(job).entrySet()) {
                if (!kept.contains(old.getKey())) {
                    Files.deleteIfExists(old.getValue());
                }
            }
            return subsumed;
        }

        @Override
        public void shutdown(JobStatus status, CheckpointsCleaner cleaner) throws Exception {
            if (status.isGloballyTerminalState()) {
                write(folder(directory, job), ENDED, (status + "\n").getBytes(StandardCharsets.UTF_8));
            }
            super.shutdown(status, cleaner);
        }
    }
}
