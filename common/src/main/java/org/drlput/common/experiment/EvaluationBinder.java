package org.drlput.common.experiment;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.EstimatorName;
import org.drlput.common.experiment.Experiment.Evaluation;
import org.drlput.common.experiment.Experiment.Feature;
import org.drlput.common.experiment.Experiment.Holdout;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.Experiment.Segment;
import org.jspecify.annotations.Nullable;

/** Binds {@code evaluation}. */
final class EvaluationBinder {
    private EvaluationBinder() {}

    /** {@code features} is null where the feature list has problems: then no name can be judged. */
    static Evaluation evaluation(Section s, @Nullable List<Feature> features) {
        Holdout holdout = holdout(s.section("holdout"));
        EstimatorName headline = s.choice("headline", EstimatorName.SNIPS, EstimatorName.class);
        double minEffectiveSampleSize = s.number("minEffectiveSampleSize", 100, 0, Double.POSITIVE_INFINITY);
        long minRewardedRows = s.whole("minRewardedRows", 20, 0, Long.MAX_VALUE);
        double maxUnsupportedShare = s.number("maxUnsupportedShare", 0.05, 0, 1);
        Set<String> segmented = new HashSet<>();
        List<Segment> segments =
                s.sections("segments", false, "a list of segments", one -> segment(one, features, segmented));
        s.end("evaluation");
        return new Evaluation(
                holdout, headline, minEffectiveSampleSize, minRewardedRows, maxUnsupportedShare, segments);
    }

    private static Holdout holdout(Section s) {
        Instant after = s.instant("after");
        if (s.has("after") && s.has("share")) {
            s.problem("after", "stands beside share: hold out by time or by share, not both");
        }
        Holdout holdout = new Holdout(
                s.number("share", 0.1, 0, 0.9),
                s.text("salt", "a text", "holdout"),
                (int) s.whole("maxRows", 200_000, 1, 10_000_000),
                after);
        s.end("a hold-out");
        return holdout;
    }

    private static Segment segment(Section s, @Nullable List<Feature> features, Set<String> segmented) {
        String name = s.text("feature", "the name of a feature");
        int quantiles = (int) s.whole("quantiles", 0, 2, 100);
        s.end("a segment");
        if (!name.isEmpty() && !segmented.add(name)) {
            s.problem("feature", "'%s' is cut into segments already".formatted(name));
        } else if (!name.isEmpty() && features != null) {
            checkSegment(s, name, features);
        }
        return new Segment(name, quantiles);
    }

    private static void checkSegment(Section s, String name, List<Feature> features) {
        Feature feature = features.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElse(null);
        if (feature == null) {
            List<String> names = features.stream().map(Feature::name).toList();
            s.problem("feature", "'%s' is no feature of this experiment%s".formatted(name, Nearest.hint(name, names)));
        } else if (feature instanceof Numeric && !s.has("quantiles")) {
            s.problem("quantiles", "is missing: a numeric feature is cut into quantiles, for example 10");
        } else if (!(feature instanceof Numeric) && s.has("quantiles")) {
            s.problem("quantiles", "'%s' is not numeric: leave quantiles out".formatted(name));
        } else if (feature instanceof MultiCategorical) {
            s.problem(
                    "feature",
                    "'%s' has many values in one row: expected a numeric or categorical feature".formatted(name));
        } else if (feature instanceof Categorical categorical && categorical.hashBuckets() > 0) {
            s.problem("feature", "'%s' has hash buckets, which name no values: expected a vocabulary".formatted(name));
        }
    }
}
