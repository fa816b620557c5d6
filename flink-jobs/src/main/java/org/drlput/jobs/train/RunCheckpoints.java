package org.drlput.jobs.train;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.drlput.server.shard.CaptureKey;
import org.drlput.server.shard.Keep;

/**
 * Flink's completed checkpoints and savepoints on this machine's disks, and which cut of which run each stands on: one that did
 * not complete has no metadata, and is not found.
 */
public final class RunCheckpoints {
    private static final String METADATA = "_metadata";
    /** {@code <job>/chk-<n>/_metadata} below the directory of checkpoints. */
    private static final int DEPTH = 3;

    private RunCheckpoints() {}

    /**
     * One completed checkpoint or savepoint.
     *
     * @param directory that holds it
     * @param key of the captures that belong to it
     */
    public record Found(Path directory, long checkpoint, CaptureKey key, boolean savepoint) {
        /** The newest last. */
        static final Comparator<Found> BY_AGE = Comparator.comparing(Found::key).thenComparingLong(Found::checkpoint);
    }

    /**
     * All below these directories, newest first.
     *
     * @throws TrainingException where one can not be read: it names it
     */
    public static List<Found> in(Path... directories) {
        List<Found> all = new ArrayList<>();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                for (Path metadata : metadata(directory)) {
                    read(metadata.resolveSibling("")).ifPresent(all::add);
                }
            }
        }
        all.sort(Found.BY_AGE.reversed());
        return List.copyOf(all);
    }

    private static List<Path> metadata(Path directory) {
        try (Stream<Path> files = Files.find(
                directory,
                DEPTH,
                (file, attributes) -> file.getFileName().toString().equals(METADATA))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new TrainingException("%s: can not be read: %s".formatted(directory, e), e);
        }
    }

    /**
     * The one in this directory; none where it is not of a training job.
     *
     * @throws TrainingException where it can not be read
     */
    public static Optional<Found> read(Path directory) {
        Path file = directory.resolve(METADATA);
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            CheckpointMetadata metadata =
                    Checkpoints.loadCheckpointMetadata(in, RunCheckpoints.class.getClassLoader(), directory.toString());
            Optional<CommitterState> state = committer(metadata);
            return state.map(committed ->
                    new Found(directory, metadata.getCheckpointId(), committed.key(), committed.keep() == Keep.PINNED));
        } catch (IOException | RuntimeException e) {
            throw new TrainingException(
                    "%s: is no checkpoint that can be read: %s".formatted(directory, e.getMessage()), e);
        }
    }

    private static Optional<CommitterState> committer(CheckpointMetadata metadata) throws IOException {
        for (OperatorState operator : metadata.getOperatorStates()) {
            if (operator.getOperatorUid().filter(TrainJob.COMMITTER::equals).isPresent()) {
                for (OperatorSubtaskState subtask : operator.getStates()) {
                    for (OperatorStateHandle handle : subtask.getRawOperatorState()) {
                        try (InputStream in = handle.openInputStream()) {
                            return Optional.of(CommitterState.read(in));
                        }
                    }
                }
            }
        }
        return Optional.empty();
    }
}
