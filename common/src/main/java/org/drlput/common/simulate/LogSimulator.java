package org.drlput.common.simulate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.drlput.common.experiment.Experiment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes exploration logs of a simulated market: a directory with {@code log-00000.<ext>} and so on, {@code all-traffic.<ext>}
 * (features of other requests, no outcomes), {@code experiment.yaml} as given and {@code truth.json}.
 *
 * <p>All is a function of (experiment, seed, rows): Arrow and CSV files are the same bytes on every machine and from any number
 * of threads, and fewer rows are the beginning of more. The directory appears at once by a rename, or not at all. Memory does not
 * grow with the rows.
 */
public final class LogSimulator {
    private static final Logger LOG = LoggerFactory.getLogger(LogSimulator.class);
    private static final String DEFAULT_EXPERIMENT = "demo.yaml";
    private static final int CHUNKS_PER_FILE = 16;
    private static final long TRAFFIC_ROWS = 100_000;
    /** Less than a file needs. */
    private static final long FULL_MEGABYTES = 64;

    private LogSimulator() {}

    /**
     * @param rows of the log, at least 1
     * @param seed of the market and its logs
     * @param log which of the market's logs: they are independent of each other
     * @param kind what the log is like
     * @param drift of the market, as of {@link Market#drifting}
     * @param out a directory that does not exist or is empty
     */
    public record Settings(
            long rows, long seed, long log, LogKind kind, double drift, SimulatedFormat format, Path out) {
        /** The first log of the market. */
        public Settings(long rows, long seed, SimulatedFormat format, Path out) {
            this(rows, seed, 0, LogKind.PLAIN, 0, format, out);
        }

        public Settings {
            if (rows < 1) {
                throw new SimulationException("rows: found %d, expected at least 1".formatted(rows), null);
            }
        }
    }

    /** Is told how far the log got, after every chunk; what follows the last row is the truth, some seconds. */
    @FunctionalInterface
    public interface Progress {
        void rows(long written, long total);
    }

    /** The experiment file that is used where none is given: {@code examples/demo.yaml}. */
    public static byte[] defaultExperiment() {
        try (InputStream in = LogSimulator.class.getResourceAsStream(DEFAULT_EXPERIMENT)) {
            if (in == null) {
                throw new IllegalStateException(DEFAULT_EXPERIMENT + " is not on the class path: build again");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Simulates.
     *
     * @param experimentYaml the bytes that the experiment was parsed from
     * @return what is true of the market, as in {@code truth.json}
     * @throws SimulationException where the experiment does not fit the market, or the directory can not be written
     */
    public static Truth simulate(Experiment experiment, byte[] experimentYaml, Settings settings, Progress progress) {
        return simulate(
                experiment,
                experimentYaml,
                settings,
                progress,
                Runtime.getRuntime().availableProcessors());
    }

    static Truth simulate(
            Experiment experiment, byte[] experimentYaml, Settings settings, Progress progress, int threads) {
        Market market = Market.of(experiment, settings.seed()).drifting(settings.drift());
        checkBehaviour(experiment, settings.kind().behaviour());
        Path out = settings.out().toAbsolutePath().normalize();
        refuseIfUsed(out, settings.out());
        Path partial = out.resolveSibling("." + out.getFileName() + ".partial");
        try {
            delete(partial);
            Files.createDirectories(partial);
            Files.write(partial.resolve("experiment.yaml"), experimentYaml);
            writeLogs(market, settings, partial, progress, threads);
            Truth truth = truth(market, settings);
            truth.write(partial.resolve(Truth.NAME));
            // a rename may take the place of an empty directory on some systems only
            Files.deleteIfExists(out);
            Files.move(partial, out, StandardCopyOption.ATOMIC_MOVE);
            return truth;
        } catch (IOException | UncheckedIOException e) {
            throw failure(settings.out(), e);
        } finally {
            deleteQuietly(partial);
        }
    }

    /** A market that drifts has no truth but that of some days: those of the log. */
    private static Truth truth(Market market, Settings settings) {
        Behaviour behaviour = settings.kind().behaviour();
        TestStates states = settings.drift() == 0
                ? TestStates.of(market)
                : TestStates.ofLog(market, 0, TestStates.STATES, settings.rows());
        Truth truth = Truth.compute(market, states);
        return behaviour instanceof Behaviour.Uniform
                ? truth
                : truth.loggedBy(behaviour.name(), states.value(behaviour).value());
    }

    private static void checkBehaviour(Experiment experiment, Behaviour behaviour) {
        boolean uniform = behaviour instanceof Behaviour.Uniform;
        if (!uniform && experiment.actions().behaviour() == Experiment.Behaviour.UNIFORM) {
            throw new SimulationException(
                    "experiment '%s' declares uniform actions, and the behaviour '%s' is not uniform: set actions.behaviour: logged"
                            .formatted(experiment.name(), behaviour.name()),
                    null);
        }
        if (behaviour instanceof Behaviour.OfPolicy policy
                && !policy.version()
                        .experiment()
                        .actions()
                        .hyperparameters()
                        .equals(experiment.actions().hyperparameters())) {
            throw new SimulationException(
                    "version %d has another action grid than experiment '%s': expected the same hyperparameters"
                            .formatted(policy.version().manifest().version(), experiment.name()),
                    null);
        }
    }

    private static void refuseIfUsed(Path out, Path named) {
        if (!Files.exists(out)) {
            return;
        }
        if (!Files.isDirectory(out)) {
            throw new SimulationException(
                    named + ": is a file: expected a directory that is empty or does not exist", null);
        }
        try (Stream<Path> entries = Files.list(out)) {
            Path first = entries.sorted().findFirst().orElse(null);
            if (first != null) {
                throw new SimulationException(
                        "%s: is not empty, it holds %s: remove it or give another directory"
                                .formatted(named, first.getFileName()),
                        null);
            }
        } catch (IOException e) {
            throw failure(named, e);
        }
    }

    private static SimulationException failure(Path out, Exception e) {
        Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new SimulationException(
                "%s: the log can not be written, nothing was left there: %s%s".formatted(out, text, freeSpace(out)),
                cause);
    }

    /** The native writer does not say that the disk is full. */
    private static String freeSpace(Path out) {
        try {
            Path parent = out.toAbsolutePath().normalize().getParent();
            long megabytes =
                    parent == null ? Long.MAX_VALUE : Files.getFileStore(parent).getUsableSpace() >> 20;
            return megabytes < FULL_MEGABYTES ? ": %d MB are free on this disk".formatted(megabytes) : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static void writeLogs(Market market, Settings settings, Path directory, Progress progress, int threads)
            throws IOException {
        SimulatedFormat format = settings.format();
        MarketLog traffic = MarketLog.traffic(market);
        try (ChunkQueue chunks = new ChunkQueue(traffic::features, Math.min(settings.rows(), TRAFFIC_ROWS), threads)) {
            format.writer()
                    .write(directory.resolve("all-traffic" + format.extension()), MarketTable.traffic(market), chunks);
        }
        MarketLog log = MarketLog.of(market, settings.log(), settings.kind(), settings.rows());
        MarketTable table = MarketTable.log(market);
        try (ChunkQueue chunks = new ChunkQueue(log::rows, settings.rows(), threads)) {
            Counted counted = new Counted(chunks, settings.rows(), progress);
            for (int file = 0; chunks.hasNext(); file++) {
                String name = String.format(Locale.ROOT, "log-%05d%s", file, format.extension());
                counted.leftInFile = CHUNKS_PER_FILE;
                format.writer().write(directory.resolve(name), table, counted);
            }
        }
    }

    /** The chunks of one file after the other. */
    private static final class Counted implements Iterator<LogRows> {
        private final ChunkQueue chunks;
        private final long total;
        private final Progress progress;
        private long rows;
        int leftInFile;

        Counted(ChunkQueue chunks, long total, Progress progress) {
            this.chunks = chunks;
            this.total = total;
            this.progress = progress;
        }

        @Override
        public boolean hasNext() {
            return leftInFile > 0 && chunks.hasNext();
        }

        @Override
        public LogRows next() {
            LogRows next = chunks.next();
            leftInFile--;
            rows += next.rowCount;
            progress.rows(rows, total);
            return next;
        }
    }

    private static void deleteQuietly(Path directory) {
        try {
            delete(directory);
        } catch (IOException e) {
            LOG.warn("{} is left behind: {}", directory, e.getMessage());
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        PathUtils.deleteDirectory(directory);
    }
}
