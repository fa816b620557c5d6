package org.drlput.jobs.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Feature;
import org.drlput.common.experiment.Experiment.Holdout;
import org.drlput.common.experiment.Experiment.ObjectiveType;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.network.ModelSpec;
import org.drlput.common.tensor.TensorSpec;

/** An experiment in a few lines: what {@code validate} understood of it. */
final class ExperimentText {
    private ExperimentText() {}

    static List<String> lines(Experiment experiment, Path file, String sha256) {
        List<String> lines = new ArrayList<>();
        add(lines, "experiment", "%s, in %s".formatted(experiment.name(), file));
        add(lines, "sha256", sha256);
        FeatureSpace space = FeatureSpace.of(experiment.features());
        add(
                lines,
                "features",
                "%s: %d numeric, %d categorical, %d multi-categorical"
                        .formatted(
                                experiment.features().stream()
                                        .map(Feature::name)
                                        .collect(Collectors.joining(", ")),
                                space.numeric().size(),
                                space.categorical().size(),
                                space.multiCategorical().size()));
        add(lines, "reward", reward(experiment));
        experiment.reward().outcomes().forEach((name, outcome) -> add(lines, "outcome", outcome(name, outcome)));
        add(lines, "network", network(ModelSpec.of(experiment)));
        add(lines, "objective", objective(experiment));
        add(lines, "hold-out", holdout(experiment.evaluation().holdout()));
        return lines;
    }

    private static void add(List<String> lines, String label, String text) {
        lines.add("%-11s%s".formatted(label, text));
    }

    private static String reward(Experiment experiment) {
        Map<String, Double> active =
                experiment.reward().variants().getOrDefault(experiment.reward().active(), Map.of());
        String sum = active.entrySet().stream()
                .map(e -> number(e.getValue()) + " x " + e.getKey())
                .collect(Collectors.joining(" + "));
        return "%s = %s".formatted(experiment.reward().active(), sum);
    }

    private static String outcome(String name, Outcome outcome) {
        String text = "%s: column %s".formatted(name, outcome.column());
        return outcome.delayColumn() == null
                ? text
                : text
                        + ", counts if %s is at most %s"
                                .formatted(outcome.delayColumn(), duration(outcome.windowMillis()));
    }

    private static String duration(long millis) {
        Duration duration = Duration.ofMillis(millis);
        if (duration.toDays() > 0 && duration.equals(Duration.ofDays(duration.toDays()))) {
            return duration.toDays() + (duration.toDays() == 1 ? " day" : " days");
        }
        return String.format(Locale.ROOT, "%,d ms", millis);
    }

    private static String network(ModelSpec model) {
        long weights = model.tensors().stream().mapToLong(TensorSpec::size).sum();
        long embeddings = model.tensors().stream()
                .filter(TensorSpec::sparse)
                .mapToLong(TensorSpec::size)
                .sum();
        String layers = model.hidden().stream().map(width -> width + " -> ").collect(Collectors.joining());
        return String.format(
                Locale.ROOT,
                "%d inputs -> %s%d actions%s%s; %,d weights, %,d of them embeddings",
                model.features().inputWidth(),
                layers,
                model.actions(),
                model.batchNorm() ? ", batch norm" : "",
                model.towerCount() == 1 ? "" : ", %d such networks".formatted(model.towerCount()),
                weights,
                embeddings);
    }

    private static String objective(Experiment experiment) {
        Experiment.Objective objective = experiment.objective();
        String type = switch (objective.type()) {
            case IPS -> "ips";
            case CLIPPED_IPS -> "clippedIps at " + number(objective.clipWeight());
            case LOG_LIKELIHOOD -> "logLikelihood";
            case REWARD_LIKELIHOOD ->
                "rewardLikelihood with noise "
                        + (objective.noise() == null ? "as the log shows" : number(objective.noise()));
            case LOGARITHMIC_SMOOTHING -> "logarithmicSmoothing by " + number(objective.smoothing());
            case BANDIT_NET -> "banditNet";
            case DOUBLY_ROBUST -> "doublyRobust at " + number(objective.clipWeight());
            case DIRECT_METHOD -> "directMethod";
        };
        Double translation = objective.translation();
        String baseline = switch (objective.baseline()) {
            case NONE -> "no baseline";
            case RUNNING_MEAN -> "running mean as baseline";
            case SELF_CRITICAL -> "the policy's own value as baseline";
            case LEARNED -> "the predicted reward as baseline";
        };
        if (objective.type() == ObjectiveType.BANDIT_NET) {
            baseline = translation == null
                    ? "translation searched"
                    : "translated by the mean and %s deviations".formatted(number(translation));
        }
        if (objective.type() == ObjectiveType.DIRECT_METHOD) {
            return "directMethod: the greatest predicted reward";
        }
        if (objective.type() == ObjectiveType.DOUBLY_ROBUST) {
            baseline = "the predicted reward as baseline";
        }
        return "%s, %s, entropy %s of the reward's deviation".formatted(type, baseline, number(objective.entropy()));
    }

    private static String holdout(Holdout holdout) {
        String which = holdout.after() != null
                ? "requests from %s on".formatted(holdout.after())
                : "%s %% of requests, by a hash of their id".formatted(number(100 * holdout.share()));
        return which + String.format(Locale.ROOT, "; versions are scored on at most %,d of them", holdout.maxRows());
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.valueOf((float) value);
    }
}
