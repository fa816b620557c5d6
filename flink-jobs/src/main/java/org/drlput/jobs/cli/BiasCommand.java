package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.drlput.common.bias.Bias;
import org.drlput.common.bias.TrafficComparison;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.log.LogException;
import org.drlput.common.log.LogInput;
import org.drlput.common.log.LogInputs;
import org.drlput.common.log.LogSchema;
import org.drlput.jobs.firstpass.InputBlocks;
import org.drlput.jobs.report.BiasReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drlput bias}: exploration logs beside all traffic. */
@Command(
        name = "bias",
        header = "Compares exploration logs with all traffic: which features differ, and who is missing.",
        description = {
            "",
            "Per feature the distance of its distributions in the logs and in all traffic, with its interval, and the segments that "
                    + "the logs have too many or too few of. Exit code 0 whatever is found. To train as if the logs were like all "
                    + "traffic, set traffic.reweight in the experiment file."
        },
        footer = {
            "",
            "Examples: the sample of all traffic lies beside the logs, in all-traffic.arrow",
            "  drlput bias --logs logs",
            "or elsewhere",
            "  drlput bias --logs logs --traffic traffic --out bias"
        })
final class BiasCommand implements Callable<Integer> {
    private static final int LISTED = 12;

    private final Terminal terminal;

    @Mixin
    private LogsOption logs;

    @Option(
            names = "--traffic",
            paramLabel = "PATH",
            arity = "1..*",
            description =
                    "A sample of all traffic, with the columns of all features; default: all-traffic* beside the logs.")
    private List<Path> traffic = List.of();

    @Option(
            names = "--experiment",
            paramLabel = "FILE",
            description = "The experiment file, which names the features; default: experiment.yaml beside the logs.")
    private @Nullable Path experimentFile;

    @Option(names = "--out", paramLabel = "DIR", description = "Where to leave bias.html and bias.json.")
    private @Nullable Path out;

    BiasCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        List<String> names = logs.names();
        LogChoice.requireLocal(names);
        Path file = experimentFile != null ? experimentFile : LogChoice.experimentBeside(names);
        Experiment experiment = ExperimentLoader.load(file);
        List<LogInput> sample = traffic();
        if (out != null && Files.exists(out) && !Files.isDirectory(out)) {
            throw new Failure("--out is a file").where(out).expected("a directory, or a name that is free");
        }
        TrafficComparison comparison = TrafficComparison.with(
                experiment, new InputBlocks(experiment, LogSchema.allTraffic(experiment), sample, rows -> {}));
        ProgressView view = new ProgressView(terminal, System::nanoTime);
        RowRate rate = new RowRate(System::nanoTime);
        try {
            for (Block block :
                    LogBlocks.logged(experiment, logs.paths(), rows -> view.update(rate.state("compare", rows, 0)))) {
                comparison.add(block);
            }
        } finally {
            view.finish();
        }
        Bias bias = comparison.result(null);
        if (bias.trafficRows() == 0 || bias.logRows() == 0) {
            throw new LogException("%d usable rows of the logs and %d of all traffic: there is nothing to compare"
                    .formatted(bias.logRows(), bias.trafficRows()));
        }
        tell(bias);
        if (out != null) {
            Files.createDirectories(out);
            terminal.line("report         " + BiasReport.write(out, experiment.name(), bias));
        }
        return 0;
    }

    private List<LogInput> traffic() {
        if (traffic.isEmpty()) {
            List<LogInput> beside = LogInputs.traffic(logs.paths());
            if (beside.isEmpty()) {
                throw new Failure("there is no sample of all traffic")
                        .found("no --traffic, and no file beside the logs whose name begins with all-traffic")
                        .expected("a file with the columns of all features")
                        .toDo("give one with --traffic");
            }
            return beside;
        }
        LogChoice.requireLocal(traffic.stream().map(Path::toString).toList());
        List<LogInput> named =
                LogInputs.traffic(traffic.stream().filter(Files::isDirectory).toList());
        return named.isEmpty() ? LogInputs.list(traffic) : named;
    }

    private void tell(Bias bias) {
        terminal.line(BiasReport.verdict(bias).replace('\u00a0', ' '));
        terminal.line("");
        terminal.line(String.format(Locale.ROOT, "%-20s %9s   %s", "feature", "distance", "95 % interval"));
        for (Bias.FeatureDistance feature : bias.features()) {
            terminal.line(String.format(
                    Locale.ROOT,
                    "%-20s %9.4f   %.4f to %.4f%s",
                    feature.feature(),
                    feature.value(),
                    feature.low(),
                    feature.high(),
                    feature.differs() ? "" : "   no difference"));
        }
        if (!bias.segments().isEmpty()) {
            terminal.line("");
            terminal.line(String.format(
                    Locale.ROOT, "%-34s %9s %11s   %s", "segment", "in logs", "in traffic", "ratio, 95 % interval"));
        }
        for (Bias.SegmentShare s :
                bias.segments().subList(0, Math.min(LISTED, bias.segments().size()))) {
            terminal.line(String.format(
                    Locale.ROOT,
                    "%-34s %7.2f %% %9.2f %%   %.2f (%.2f to %.2f)",
                    s.feature() + ": " + s.label(),
                    100 * s.logShare(),
                    100 * s.trafficShare(),
                    s.ratio(),
                    s.low(),
                    s.high()));
        }
        if (bias.segments().size() > LISTED) {
            terminal.line("and %d more; --out leaves the whole table"
                    .formatted(bias.segments().size() - LISTED));
        }
    }
}
