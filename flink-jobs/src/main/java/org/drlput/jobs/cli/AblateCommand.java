package org.drlput.jobs.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.experiment.Nearest;
import org.drlput.jobs.report.Ablation;
import org.drlput.jobs.report.AblationReport;
import org.drlput.jobs.run.RunDirectory;
import org.drlput.jobs.study.AblationStudy;
import org.drlput.jobs.train.TrainingRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code drlput ablate}: what each reward buys, and of what it costs. */
@Command(
        name = "ablate",
        header = "Trains one policy for each of some rewards, and compares what they do to every outcome.",
        description = {
            "",
            "One training for each reward variant of the experiment, on the same logs with the same seed, and one report side by "
                    + "side: each outcome per request under each policy, estimated from the held-out rows, and true where the "
                    + "logs are simulated. Leaves a run's directory for each reward, ablation.html and ablation.json in --out."
        },
        footer = {
            "",
            "Examples: on a simulated market",
            "  drlput ablate --rewards R0,R1,R2 --out ablation",
            "and on logs of your own, with the experiment that lies beside them",
            "  drlput ablate --rewards R0,R1 --logs logs --out ablation"
        })
final class AblateCommand implements Callable<Integer> {
    /** Clicks are no part of the demo's rewards, but of what one wants to know of each. */
    private static final Map<String, Object> MORE_OUTCOMES = Map.of("reward.outcomes.click", Map.of("column", "click"));

    private final Terminal terminal;

    @Option(
            names = "--rewards",
            required = true,
            paramLabel = "R",
            split = ",",
            description = "Names of reward variants, separated by commas.")
    private List<String> rewards;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "What the ablation leaves.")
    private Path out;

    @Mixin
    private StudyLogs input;

    @Mixin
    private RunShape shape;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    AblateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        byte[] yaml = input.experiment(MORE_OUTCOMES);
        Experiment experiment = ExperimentLoader.parse(yaml, "experiment.yaml");
        requireVariants(experiment);
        int workers = shape.parallelism(experiment);
        List<String> parts = new ArrayList<>(rewards);
        parts.add(AblationReport.NAME);
        new StudyFolder(out, Ablation.NAME, parts).prepare(shape.overwrite());
        try (Logging ignored = Logging.toDirectory(out)) {
            List<String> logs = input.logs(terminal, yaml, out);
            AblationStudy study = new AblationStudy(yaml, logs, out);
            for (String reward : rewards) {
                terminal.line("");
                terminal.line("reward         " + reward);
                Path directory = out.resolve(reward);
                RunFolder.of(directory).prepare(RunFolder.Overwrite.REFUSE);
                TrainingRun.Request request = new TrainingRun.Request(
                        study.variant(reward),
                        logs,
                        new RunDirectory(directory),
                        workers,
                        shape.shards(),
                        List.of(),
                        CommandText.of(spec));
                int code = new Training(terminal, "train", request).run();
                if (code != 0) {
                    return code;
                }
            }
            terminal.status("outcomes    of each policy");
            Ablation ablation = study.judge(rewards);
            terminal.clearStatus();
            AblationReport.write(out, ablation);
            // last: it says that the study came to its end
            ablation.write(out);
            tell(ablation);
        }
        return 0;
    }

    private void requireVariants(Experiment experiment) {
        java.util.Set<String> known = experiment.reward().variants().keySet();
        for (String reward : rewards) {
            if (!known.contains(reward)) {
                throw new Failure("there is no reward '%s'%s".formatted(reward, Nearest.hint(reward, known)))
                        .expected("variants of the experiment's reward: " + String.join(", ", known))
                        .toDo("name it under reward.variants, or leave it out of --rewards");
            }
            if (!reward.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
                throw new Failure("'%s' can not be the name of a directory".formatted(reward))
                        .expected("letters, digits, '.', '_' and '-'")
                        .toDo("rename the variant");
            }
        }
        if (new LinkedHashSet<>(rewards).size() < rewards.size() || rewards.size() < 2) {
            throw new Failure("an ablation compares rewards")
                    .found("--rewards " + String.join(",", rewards))
                    .expected("two or more different ones of " + String.join(", ", known));
        }
    }

    private void tell(Ablation ablation) {
        terminal.line("");
        StringBuilder head = new StringBuilder(String.format(Locale.ROOT, "%-22s", "per request"));
        ablation.outcomes().forEach(o -> head.append(String.format(Locale.ROOT, "%14s", o)));
        terminal.line(head.toString());
        for (Ablation.Arm arm : ablation.arms()) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-22s", arm.reward()));
            for (String outcome : ablation.outcomes()) {
                Ablation.Effect effect = arm.effects().get(outcome);
                line.append(String.format(
                        Locale.ROOT,
                        "%14s",
                        effect == null
                                ? ""
                                : number(
                                        effect.truth() != null
                                                ? (Double) effect.truth().value()
                                                : effect.value().value())));
            }
            terminal.line(line.toString());
        }
        for (Ablation.Reference reference : ablation.references()) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-22s", reference.name()));
            for (String outcome : ablation.outcomes()) {
                Ablation.Level level = reference.levels().get(outcome);
                line.append(String.format(
                        Locale.ROOT,
                        "%14s",
                        level == null
                                ? ""
                                : number(
                                        level.truth() != null
                                                ? level.truth()
                                                : level.value().value())));
            }
            terminal.line(line.toString());
        }
        boolean truth = ablation.references().stream()
                .anyMatch(r -> r.levels().values().stream().anyMatch(l -> l.truth() != null));
        terminal.line(
                truth ? "true values, by the simulator" : "estimates from held-out rows; the report has intervals");
        terminal.line("report         " + out.resolve(AblationReport.NAME));
        terminal.line("numbers        " + out.resolve(Ablation.NAME));
    }

    private static String number(@org.jspecify.annotations.Nullable Double value) {
        return value == null ? "none" : String.format(Locale.ROOT, "%.4f", value);
    }
}
