package org.drlput.jobs.firstpass;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.apache.commons.io.file.PathUtils;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockBuilder;
import org.drlput.common.log.BlockWriter;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.log.FirstPassResult;
import org.drlput.common.log.FirstPassResult.BlockFile;
import org.drlput.common.log.LogException;
import org.drlput.common.log.LogInput;
import org.drlput.common.log.LogInputs;
import org.drlput.common.log.LogReader;
import org.drlput.common.log.LogSchema;
import org.drlput.common.log.RejectedRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first pass over the logs, once per run: copies them to blocks, judges every row, takes the hold-out sample and learns
 * standardization and the reward's mean and deviation. The same logs give the same bytes.
 *
 * <p>Makes a directory with {@code blocks-00000.arrow} and so on, {@code holdout-00000.arrow}, {@code quarantine.jsonl} and
 * {@code first-pass.json}; with a sample of all traffic {@code bias.json}, with corrected outcomes {@code delays.json}. All of it appears at once by a rename, or not at all. Memory does not grow with the logs.
 */
public final class FirstPass {
    private static final Logger LOG = LoggerFactory.getLogger(FirstPass.class);
    /** A million rows a file. */
    private static final int BLOCKS_PER_FILE = 64;

    private static final int FORMAT_VERSION = 1;

    private final Experiment experiment;
    private final String experimentSha256;

    /** @param experimentSha256 of the experiment file's bytes */
    public FirstPass(Experiment experiment, String experimentSha256) {
        this.experiment = experiment;
        this.experimentSha256 = experimentSha256;
    }

    /** Is told how far the pass got, after every block. */
    @FunctionalInterface
    public interface Progress {
        /** @param bytesRead of the log files' {@code totalBytes} */
        void rows(long rows, long bytesRead, long totalBytes);
    }

    /** As {@link #runOn} on files and directories of this machine. */
    public FirstPassFile.Loaded run(List<Path> logs, Path out, Progress progress) {
        return runOn(LogInputs.list(logs), LogInputs.traffic(logs), out, progress);
    }

    /**
     * Runs; replaces what an earlier pass left in {@code out}.
     *
     * @param traffic a sample of all traffic, which the logs are compared with; may be empty
     * @throws LogException where the logs can not be used: a wrong column, a broken file, too many rejected rows, no row left.
     *     Rejected rows are then in {@code <out>.rejected}, and {@code out} is as it was
     */
    public FirstPassFile.Loaded runOn(List<LogInput> inputs, List<LogInput> traffic, Path out, Progress progress) {
        Path partial = sibling(out, ".partial");
        Path refused = sibling(out, ".rejected");
        try (LogReader reader = LogReader.open(LogSchema.explorationLog(experiment), inputs)) {
            delete(partial);
            delete(refused);
            Files.createDirectories(partial);
            Corrections corrections = Corrections.learn(experiment, inputs, traffic);
            FirstPassResult result = pass(reader, corrections, partial, refused, progress);
            corrections.write(partial);
            byte[] json = FirstPassFile.bytes(result);
            writeDurably(partial.resolve(FirstPassFile.NAME), json);
            Path old = sibling(out, ".old");
            delete(old);
            if (Files.exists(out)) {
                Files.move(out, old, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(partial, out, StandardCopyOption.ATOMIC_MOVE);
            delete(old);
            return new FirstPassFile.Loaded(result, ExperimentLoader.sha256(json));
        } catch (IOException e) {
            throw new LogException(
                    String.format(Locale.ROOT, "%s: the first pass can not be written: %s", out, describe(e)), e);
        } finally {
            deleteQuietly(partial);
        }
    }

    private static String describe(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private FirstPassResult pass(
            LogReader reader, Corrections corrections, Path directory, Path refused, Progress progress)
            throws IOException {
        Audit audit = new Audit(experiment);
        HoldoutSample sample =
                new HoldoutSample(experiment.evaluation().holdout().maxRows());
        BlockBuilder builder = new BlockBuilder(experiment, LogSchema.explorationLog(experiment));
        Path quarantineFile = directory.resolve(Quarantine.NAME);
        long quarantined;
        List<BlockFile> blockFiles;
        try (BlockWriter writer = new BlockWriter(directory, "blocks", BLOCKS_PER_FILE, experiment);
                Quarantine quarantine = new Quarantine(quarantineFile)) {
            long totalBytes = reader.totalBytes();
            while (reader.fill(builder)) {
                Block block = corrections.apply(builder.block(), builder);
                sample.add(block, builder, audit.rows());
                audit.add(block, builder);
                quarantine.add(builder.rejected());
                writer.write(block);
                progress.rows(audit.rows(), reader.bytesRead(), totalBytes);
            }
            blockFiles = writer.finish();
            quarantined = quarantine.rows();
        }
        refuseIfUnusable(audit, quarantineFile, refused);
        List<BlockFile> holdout = sample.write(directory, experiment, blockFiles, BLOCKS_PER_FILE);
        return result(audit, reader, blockFiles, holdout, sample.rows(), quarantined);
    }

    private FirstPassResult result(
            Audit audit,
            LogReader reader,
            List<BlockFile> blockFiles,
            List<BlockFile> holdout,
            long sampleRows,
            long quarantined) {
        return new FirstPassResult(
                FORMAT_VERSION,
                experimentSha256,
                audit.rows(),
                audit.trainedRows(),
                audit.heldOutRows(),
                audit.rejected(),
                blockFiles,
                reader.inputsRead(),
                audit.numeric(),
                audit.reward(),
                audit.actionCounts(),
                sampleRows,
                audit.minPropensity(),
                audit.maxPropensity(),
                audit.meanInversePropensityOverActions(),
                audit.firstEventTime(),
                audit.lastEventTime(),
                holdout,
                quarantined,
                audit.warnings());
    }

    private void refuseIfUnusable(Audit audit, Path quarantine, Path refused) throws IOException {
        double most = experiment.log().maxRejectedShare();
        boolean tooMany = audit.rejectedRows() > most * audit.rows();
        if (!tooMany && audit.trainedRows() > 0) {
            return;
        }
        StringBuilder text = new StringBuilder();
        if (audit.rows() == 0) {
            text.append("the logs have no rows");
        } else if (tooMany) {
            text.append(String.format(
                    Locale.ROOT,
                    "%d of %d rows are bad (%.3g %%), more than log.maxRejectedShare allows (%.3g %%): %s",
                    audit.rejectedRows(),
                    audit.rows(),
                    100.0 * audit.rejectedRows() / audit.rows(),
                    100 * most,
                    causes(audit)));
        } else {
            text.append(String.format(
                    Locale.ROOT,
                    "no row is left to train on: %d of %d rows are held out, %d are bad%s",
                    audit.heldOutRows(),
                    audit.rows(),
                    audit.rejectedRows(),
                    audit.rejectedRows() > 0 ? ": " + causes(audit) : ""));
        }
        for (RejectedRow example : audit.examples()) {
            text.append("\n  ").append(example);
        }
        if (audit.rejectedRows() > 0) {
            Files.createDirectories(refused);
            Path kept = refused.resolve(Quarantine.NAME);
            Files.move(quarantine, kept, StandardCopyOption.ATOMIC_MOVE);
            text.append("\n  the bad rows are in ").append(kept);
        }
        throw new LogException(text.toString());
    }

    /** {@code propensityRange 6, actionRange 4}: most frequent first. */
    static String causes(Audit audit) {
        return audit.rejected().entrySet().stream()
                .sorted(java.util.Map.Entry.<String, Long>comparingByValue().reversed())
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(java.util.stream.Collectors.joining(", "));
    }

    private static Path sibling(Path directory, String suffix) {
        Path absolute = directory.toAbsolutePath().normalize();
        return absolute.resolveSibling(absolute.getFileName() + suffix);
    }

    private static void writeDurably(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    private static void deleteQuietly(Path directory) {
        try {
            delete(directory);
        } catch (IOException e) {
            LOG.warn("{} is left behind: {}", directory, describe(e));
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        PathUtils.deleteDirectory(directory);
    }
}
