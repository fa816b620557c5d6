package org.drlput.jobs.cli;

import org.drlput.common.experiment.Experiment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that trains: how the run is spread, and whether it may replace another one. */
final class RunShape {
    static final int SHARDS = 2;

    @Option(
            names = "--parallelism",
            paramLabel = "P",
            converter = WholeNumber.Few.class,
            description = "Flink workers; default: one a core, at most one a micro-batch.")
    private @Nullable Integer parallelism;

    @Option(
            names = "--shards",
            paramLabel = "S",
            converter = WholeNumber.Few.class,
            description = "Parameter-server shards in this process; default: " + SHARDS + ".")
    private @Nullable Integer shards;

    @Option(names = "--overwrite", description = "Deletes the run that is in --out.")
    private boolean overwrite;

    int parallelism(Experiment experiment) {
        return Training.parallelism(parallelism, experiment);
    }

    /** Of a run that was spread in this way before. */
    int parallelism(Experiment experiment, int before) {
        return parallelism == null ? before : parallelism(experiment);
    }

    int shards() {
        return shards(SHARDS);
    }

    int shards(int before) {
        return shards == null ? before : shards;
    }

    boolean shardsGiven() {
        return shards != null;
    }

    RunFolder.Overwrite overwrite() {
        return overwrite ? RunFolder.Overwrite.DELETE_RUN : RunFolder.Overwrite.REFUSE;
    }
}
