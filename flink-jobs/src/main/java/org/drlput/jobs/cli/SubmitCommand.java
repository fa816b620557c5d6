package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.drlput.jobs.cluster.Cluster;
import org.drlput.jobs.cluster.ClusterEngine;
import org.drlput.jobs.cluster.ClusterSpec;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.train.Resumption;
import org.drlput.jobs.train.TrainSettings;
import org.drlput.jobs.train.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code drlput submit}: {@code train} on a cluster of this machine. */
@Command(
        name = "submit",
        header = "Trains on a cluster of this machine.",
        description = {
            "",
            "Does the first pass, has the cluster start a JobManager for the job, and follows it to the end: the same progress, "
                    + "weights and summary as train. Whatever process dies meanwhile is started again, and the job goes on "
                    + "from its last checkpoint."
        },
        footer = {
            "",
            "Example: logs of drlput simulate, on the cluster of drlput cluster up",
            "  drlput submit --logs logs --out run --cluster cluster",
            "",
            "Ctrl-C leaves the job running; this follows it again, or goes on with one that failed:",
            "  drlput submit --resume --out run --cluster cluster",
        })
final class SubmitCommand implements Callable<Integer> {
    /** A checkpoint may wait for every step before its barrier. */
    private static final long CHECKPOINT_TIMEOUT_MILLIS = 600_000;

    /** Who brings the cluster down and up again does so in this time, or is told how the run goes on. */
    private static final long PATIENCE_MILLIS = 5_000;

    private final Terminal terminal;

    @Mixin
    private RunInput input;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "What the run leaves.")
    private Path out;

    @Option(
            names = "--cluster",
            paramLabel = "DIR",
            defaultValue = ClusterCommand.DIRECTORY,
            description = "The cluster's directory; default: ${DEFAULT-VALUE}.")
    private Path clusterDirectory;

    @Option(
            names = "--parallelism",
            paramLabel = "P",
            converter = WholeNumber.Few.class,
            description = "Workers to begin with; default: those of the cluster, at most one a micro-batch.")
    private @Nullable Integer parallelism;

    @Option(names = "--resume", description = "Follows the run in --out again, or goes on with it where it stopped.")
    private boolean resume;

    @Option(names = "--overwrite", description = "Deletes the run that is in --out.")
    private boolean overwrite;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    SubmitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Cluster cluster = new Cluster(clusterDirectory);
        TrainingRun.Request request = resume ? again(cluster) : fresh(cluster);
        try (Logging ignored = Logging.toDirectory(out)) {
            ClusterEngine engine = new ClusterEngine(cluster, out, CHECKPOINT_TIMEOUT_MILLIS, PATIENCE_MILLIS);
            return new Training(terminal, "submit", request, engine).run();
        }
    }

    private TrainingRun.Request fresh(Cluster cluster) throws IOException {
        input.requireLogs();
        cluster.requireReady("");
        TrainingRun.Request request = request(cluster, input.load(), null);
        RunFolder.of(out).prepare(overwrite ? RunFolder.Overwrite.DELETE_RUN : RunFolder.Overwrite.REFUSE);
        return request;
    }

    private TrainingRun.Request again(Cluster cluster) throws IOException {
        RunDirectory directory = new RunDirectory(out);
        Resumption from = Resumption.of(directory, null);
        cluster.requireReady(from.info().run());
        return request(cluster, input.loadAgain(directory, from), from);
    }

    private TrainingRun.Request request(Cluster cluster, RunInput.Loaded loaded, @Nullable Resumption resumption) {
        ClusterSpec shape = cluster.spec();
        int workers = parallelism != null
                ? parallelism
                : Math.min(shape.workers(), loaded.experiment().training().microBatches());
        return new TrainingRun.Request(
                loaded.yaml(),
                loaded.logs(),
                new RunDirectory(out),
                Training.parallelism(workers, loaded.experiment()),
                shape.shards(),
                shape.shardAddresses(),
                CommandText.of(spec),
                TrainSettings.NO_HOLD,
                resumption);
    }
}
