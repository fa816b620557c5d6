package org.drlput.jobs.study;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.common.estimate.PolicyEvaluator;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Reward;
import org.drlput.common.experiment.ExperimentEdit;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.Block;
import org.drlput.common.log.BlockStore;
import org.drlput.common.log.FirstPassFile;
import org.drlput.common.math.Kernels;
import org.drlput.common.simulate.PolicyValue;
import org.drlput.common.version.Version;
import org.drlput.common.version.VersionRegistry;
import org.drlput.jobs.report.Ablation;
import org.drlput.jobs.report.Ablation.Arm;
import org.drlput.jobs.report.Ablation.Effect;
import org.drlput.jobs.report.Ablation.Level;
import org.drlput.jobs.report.Ablation.Reference;
import org.drlput.jobs.report.Ablation.True;
import org.drlput.jobs.report.Summary;
import org.drlput.jobs.report.TrueValues;
import org.drlput.jobs.run.RunDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Puts runs of the same logs, each trained for another reward, side by side: every single outcome of every policy, estimated from
 * the rows that the runs held out, and true where the logs are simulated. One thread.
 */
public final class AblationStudy {
    private static final String ONLY = "only";

    private final byte[] yaml;
    private final Experiment experiment;
    private final List<String> logs;
    private final Path root;
    private final List<String> outcomes;
    /** Per outcome, the experiment whose reward is this outcome alone. */
    private final List<Experiment> single = new ArrayList<>();

    /**
     * @param yaml bytes of the experiment file of which every run has another active reward
     * @param root the directory below which each run lies in a directory named as its reward
     */
    public AblationStudy(byte[] yaml, List<String> logs, Path root) {
        this.yaml = yaml.clone();
        this.logs = List.copyOf(logs);
        this.root = root;
        experiment = ExperimentLoader.parse(yaml, "experiment.yaml");
        outcomes = List.copyOf(experiment.reward().outcomes().keySet());
        for (String outcome : outcomes) {
            Map<String, Object> reward =
                    Map.of("reward.active", ONLY, "reward.variants", Map.of(ONLY, Map.of(outcome, 1)));
            single.add(ExperimentLoader.parse(ExperimentEdit.with(yaml, reward), "reward " + outcome));
        }
    }

    /** The experiment file of the run that is trained for this reward. */
    public byte[] variant(String reward) {
        return ExperimentEdit.with(yaml, Map.of("reward.active", reward));
    }

    /** Judges all runs; they have come to their end. */
    public Ablation judge(List<String> rewards) throws IOException {
        Optional<TrueValues> truth = TrueValues.of(single.get(0), logs);
        List<Reward> truthRewards = single.stream().map(Experiment::reward).toList();
        List<PolicyValue> explored = truth.map(t -> t.explored(truthRewards)).orElse(List.of());
        List<Arm> arms = new ArrayList<>();
        List<Evaluation> last = List.of();
        long rows = 0;
        for (String reward : rewards) {
            Path directory = root.resolve(reward);
            Summary summary = Summary.read(directory);
            Version version = Version.read(new VersionRegistry(directory).directory(summary.version()));
            last = evaluations(directory, version);
            List<PolicyValue> values =
                    truth.map(t -> t.of(version, truthRewards, Kernels.best())).orElse(List.of());
            arms.add(new Arm(
                    reward,
                    formula(reward),
                    reward,
                    summary.version(),
                    summary.diversity(),
                    effects(last, values, explored)));
            rows = summary.rows();
        }
        List<PolicyValue> manual = truth.map(t -> t.always(t.truth().manual().action(), truthRewards))
                .orElse(List.of());
        return new Ablation(
                Ablation.FORMAT_VERSION,
                experiment.name(),
                experiment.training().seed(),
                rows,
                outcomes,
                arms,
                references(last, explored, manual));
    }

    private String formula(String reward) {
        return experiment.reward().variants().getOrDefault(reward, Map.of()).entrySet().stream()
                .map(term -> number(term.getValue()) + " x " + term.getKey())
                .collect(Collectors.joining(" + "));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : String.valueOf((float) value);
    }

    /** Of each outcome, on the rows that the run held out: the same rows for all runs. */
    private List<Evaluation> evaluations(Path directory, Version version) {
        Path firstPass = new RunDirectory(directory).firstPass();
        List<Block> blocks = new ArrayList<>();
        try (BlockStore store = BlockStore.open(
                firstPass, experiment, FirstPassFile.read(firstPass).result().holdoutFiles())) {
            for (long i = 0; i < store.blockCount(); i++) {
                blocks.add(store.read(i));
            }
        }
        return single.stream()
                .map(outcome -> PolicyEvaluator.of(outcome, Kernels.best(), EvaluationScope.HOLD_OUT, blocks)
                        .evaluate(version, blocks))
                .toList();
    }

    private PolicyEstimates headline(Evaluation evaluation) {
        String name = evaluation.relativeGain().estimator();
        PolicyEstimates found = evaluation.estimates().get(name);
        if (found == null) {
            throw new IllegalStateException("no estimates by " + name);
        }
        return found;
    }

    private Map<String, Effect> effects(
            List<Evaluation> evaluations, List<PolicyValue> values, List<PolicyValue> explored) {
        Map<String, Effect> effects = new LinkedHashMap<>();
        for (int o = 0; o < outcomes.size(); o++) {
            PolicyEstimates estimates = headline(evaluations.get(o));
            True truth = values.isEmpty()
                    ? null
                    : new True(values.get(o).value(), values.get(o).standardError());
            Double gain = truth == null || explored.get(o).value() == 0
                    ? null
                    : truth.value() / explored.get(o).value() - 1;
            effects.put(outcomes.get(o), new Effect(estimates.value(), estimates.relativeGain(), truth, gain));
        }
        return effects;
    }

    private List<Reference> references(
            List<Evaluation> evaluations, List<PolicyValue> explored, List<PolicyValue> manual) {
        Map<String, Level> traffic = new LinkedHashMap<>();
        Map<String, Level> production = new LinkedHashMap<>();
        for (int o = 0; o < outcomes.size(); o++) {
            traffic.put(outcomes.get(o), new Level(evaluations.get(o).behaviourValue(), value(explored, o)));
            production.put(
                    outcomes.get(o), new Level(headline(evaluations.get(o)).manualValue(), value(manual, o)));
        }
        return List.of(new Reference("exploration traffic", traffic), new Reference("manual setting", production));
    }

    private static @Nullable Double value(List<PolicyValue> values, int outcome) {
        return values.isEmpty() ? null : (Double) values.get(outcome).value();
    }
}
