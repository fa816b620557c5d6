package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.run.RunInfo;
import org.drlput.jobs.train.Resumption;
import org.drlput.jobs.train.TrainSettings;
import org.drlput.jobs.train.TrainingRun;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drlput train}: from logs to evaluated versions. */
@Command(
        name = "train",
        header = "Trains a policy from exploration logs, publishes versions and evaluates them.",
        description = {
            "",
            "Flink workers compute gradients, parameter-server shards hold the weights: all in this process, or with --servers "
                    + "against shards that run already. Leaves versions, evaluations, summary.json and report.html in --out. "
                    + "The same logs, experiment and seed give the same weights at any parallelism and number of shards, and "
                    + "however often the run was stopped, killed and resumed."
        },
        footer = {
            "",
            "Example: logs of drlput simulate, with the experiment that lies beside them",
            "  drlput train --logs logs --out run",
            "",
            "and to watch it in a browser, on http://127.0.0.1:7080/",
            "  drlput train --logs logs --out run --http-port 7080",
            "",
            "Ctrl-C stops it with a savepoint, a second one at once. However it ended, it goes on:",
            "  drlput train --resume --out run",
        })
final class TrainCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private RunInput input;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "What the run leaves.")
    private Path out;

    @Option(
            names = "--servers",
            paramLabel = "HOST:PORT",
            split = ",",
            converter = Address.class,
            description = "Shards that run already, all of them, in shard order.")
    private List<String> servers = List.of();

    @Option(
            names = "--stop-after-steps",
            paramLabel = "N",
            converter = WholeNumber.Positive.class,
            description = "Stops with a savepoint once N steps of the run are done.")
    private @Nullable Long stopAfterSteps;

    @Option(
            names = "--resume",
            paramLabel = "CHECKPOINT",
            arity = "0..1",
            fallbackValue = "",
            description =
                    "Goes on with the run in --out, from its newest completed checkpoint or savepoint, or from this one.")
    private @Nullable String resume;

    @Mixin
    private RunShape shape;

    @Mixin
    private RunConsole console;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!servers.isEmpty() && shape.shardsGiven()) {
            throw new ParameterException(
                    spec.commandLine(), "--shards and --servers exclude each other: the servers are the shards");
        }
        checkConsole(servers);
        try (RunConsole ignored = console) {
            return resume != null ? goOn(resume) : begin();
        }
    }

    private int begin() throws IOException, InterruptedException {
        RunInput.Loaded loaded = input.load();
        TrainingRun.Request request = new TrainingRun.Request(
                loaded.yaml(),
                loaded.logs(),
                new RunDirectory(out),
                shape.parallelism(loaded.experiment()),
                shape.shards(),
                List.copyOf(servers),
                CommandText.of(spec),
                stopAfter(),
                null);
        // a port that can not be had leaves nothing behind
        console.open(terminal, out);
        RunFolder.of(out).prepare(shape.overwrite());
        return train(request);
    }

    private void checkConsole(List<String> of) {
        if (console.given() && !of.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--http-port is for shards of this process: start one of the servers %s with --http-port"
                            .formatted(String.join(", ", of)));
        }
    }

    private long stopAfter() {
        return stopAfterSteps == null ? TrainSettings.NO_HOLD : stopAfterSteps;
    }

    private int train(TrainingRun.Request request) throws IOException, InterruptedException {
        try (Logging ignored = Logging.toDirectory(out)) {
            return new Training(terminal, "train", request).watchedBy(console).run();
        }
    }

    /** @param checkpoint empty: the newest */
    private int goOn(String checkpoint) throws IOException, InterruptedException {
        if (shape.overwrite() == RunFolder.Overwrite.DELETE_RUN) {
            throw new ParameterException(
                    spec.commandLine(), "--resume and --overwrite exclude each other: a run goes on, or is deleted");
        }
        RunDirectory directory = new RunDirectory(out);
        Resumption from = Resumption.of(directory, checkpoint.isEmpty() ? null : Path.of(checkpoint));
        RunInput.Loaded loaded = input.loadAgain(directory, from);
        RunInfo before = from.info();
        boolean embedded =
                servers.isEmpty() && (shape.shardsGiven() || before.servers().isEmpty());
        List<String> shards = embedded ? List.of() : servers.isEmpty() ? before.servers() : List.copyOf(servers);
        checkConsole(shards);
        console.open(terminal, out);
        return train(new TrainingRun.Request(
                loaded.yaml(),
                loaded.logs(),
                directory,
                shape.parallelism(loaded.experiment(), before.parallelism()),
                shape.shards(before.shards()),
                shards,
                CommandText.of(spec),
                stopAfter(),
                from));
    }
}
