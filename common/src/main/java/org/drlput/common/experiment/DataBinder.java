package org.drlput.common.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Feature;
import org.drlput.common.experiment.Experiment.Missing;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.experiment.Experiment.Pooling;
import org.drlput.common.experiment.Experiment.Reward;
import org.jspecify.annotations.Nullable;

/** Binds what speaks of the data: {@code log}, {@code features}, {@code reward}. */
final class DataBinder {
    private static final int MAX_BUCKETS = 1 << 26;

    /** What a feature may be in the file. */
    private enum FeatureType {
        NUMERIC,
        CATEGORICAL,
        MULTI_CATEGORICAL
    }

    private enum MissingChoice {
        MEAN,
        ZERO
    }

    private DataBinder() {}

    static Experiment.Log log(Section s) {
        Map<String, String> actionColumns = new LinkedHashMap<>();
        if (s.has("actionColumns")) {
            Section columns = s.section("actionColumns");
            for (String hyperparameter : columns.keys()) {
                actionColumns.put(hyperparameter, columns.text(hyperparameter, "the column of this hyperparameter"));
            }
            if (actionColumns.isEmpty()) {
                s.problem("actionColumns", "is empty: expected a column for each hyperparameter");
            }
            if (s.has("actionId")) {
                s.problem("actionColumns", "stands beside actionId: give one of them");
            }
        }
        String actionId = s.text("actionId", "a column name", "action_id");
        Experiment.Log log = new Experiment.Log(
                s.text("requestId", "a column name", "request_id"),
                s.text("eventTime", "a column name", "event_time"),
                s.optionalText("userId", "a column name"),
                actionColumns.isEmpty() ? actionId : null,
                actionColumns,
                s.text("propensity", "a column name", "propensity"),
                s.number("maxRejectedShare", 0.01, 0, 1));
        s.end();
        return log;
    }

    static List<Feature> features(Section root) {
        Set<String> names = new HashSet<>();
        return root.sections("features", true, "a list of at least one feature", (s, index) -> {
            Feature feature = feature(s);
            if (feature != null && !feature.name().isEmpty() && !names.add(feature.name())) {
                s.problem("name", "'%s' is the name of an earlier feature: names are unique".formatted(feature.name()));
            }
            s.end();
            return feature;
        });
    }

    private static @Nullable Feature feature(Section s) {
        String name = s.text("name", "the feature's column");
        if (!s.has("type")) {
            s.text("type", "numeric, categorical or multiCategorical");
            s.keys();
            return null;
        }
        return switch (s.choice("type", FeatureType.NUMERIC, FeatureType.class)) {
            case NUMERIC -> numeric(s, name);
            case CATEGORICAL -> {
                Vocabulary v = vocabulary(s);
                yield new Categorical(name, v.values, v.hashBuckets, v.dimension);
            }
            case MULTI_CATEGORICAL -> {
                Vocabulary v = vocabulary(s);
                yield new MultiCategorical(
                        name, v.values, v.hashBuckets, v.dimension, s.choice("pooling", Pooling.MEAN, Pooling.class));
            }
        };
    }

    private static Numeric numeric(Section s, String name) {
        Missing missing = Missing.REJECT;
        if (s.has("missing")) {
            missing = s.choice("missing", MissingChoice.MEAN, MissingChoice.class) == MissingChoice.MEAN
                    ? Missing.MEAN
                    : Missing.ZERO;
        }
        double period = s.has("period") ? s.number("period", 0, Double.MIN_VALUE, Double.POSITIVE_INFINITY) : 0;
        return new Numeric(name, missing, period);
    }

    private record Vocabulary(List<String> values, int hashBuckets, int dimension) {}

    private static Vocabulary vocabulary(Section s) {
        List<String> values = s.texts("vocabulary", "a list of values");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            if (!seen.add(values.get(i))) {
                s.problemAtItem("vocabulary", i, "'%s' stands here a second time".formatted(values.get(i)));
            }
        }
        boolean hashed = s.has("hashBuckets");
        if (hashed && s.has("vocabulary")) {
            s.problem("hashBuckets", "stands beside vocabulary: give one of them");
        } else if (!hashed && values.isEmpty()) {
            s.problem("vocabulary", "is missing: expected a vocabulary of at least one value, or hashBuckets");
        }
        int buckets = hashed ? (int) s.whole("hashBuckets", 1, 1, MAX_BUCKETS) : 0;
        int dimension = (int) s.whole("dimension", 8, 1, 1024);
        int rows = hashed ? buckets : values.size() + 1;
        if ((long) rows * dimension > Integer.MAX_VALUE - 64) {
            s.problem(
                    "dimension",
                    "%d rows of %d make an embedding table of more than 2^31 weights".formatted(rows, dimension));
        }
        return new Vocabulary(List.copyOf(values), buckets, dimension);
    }

    static Reward reward(Section s) {
        Section outcomeSection = s.requiredSection("outcomes");
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        for (String name : outcomeSection.keys()) {
            outcomes.put(name, outcome(outcomeSection.section(name)));
        }
        if (s.has("outcomes") && outcomes.isEmpty()) {
            s.problem("outcomes", "is empty: expected at least one outcome");
        }
        Section variantSection = s.requiredSection("variants");
        Map<String, Map<String, Double>> variants = new LinkedHashMap<>();
        for (String name : variantSection.keys()) {
            variants.put(name, variant(variantSection.section(name), outcomes.keySet()));
        }
        if (s.has("variants") && variants.isEmpty()) {
            s.problem("variants", "is empty: expected at least one variant");
        }
        String active = s.text("active", "the name of a variant");
        if (!active.isEmpty() && !variants.isEmpty() && !variants.containsKey(active)) {
            s.problem(
                    "active",
                    "found '%s', expected one of the variants %s%s"
                            .formatted(
                                    active,
                                    String.join(", ", variants.keySet()),
                                    Nearest.hint(active, variants.keySet())));
        }
        s.end();
        return new Reward(active, outcomes, variants);
    }

    private static Outcome outcome(Section s) {
        String column = s.text("column", "the outcome's column");
        String delayColumn = s.optionalText("delayColumn", "the column of its delay in milliseconds");
        long window = s.has("windowMillis") ? s.whole("windowMillis", 1, 1, Long.MAX_VALUE) : 0;
        if (delayColumn != null && window == 0 && !s.has("windowMillis")) {
            s.problem("windowMillis", "is missing: an outcome with a delayColumn needs its window");
        }
        if (delayColumn == null && s.has("windowMillis")) {
            s.problem("windowMillis", "stands without a delayColumn: give both or none");
        }
        s.end();
        return new Outcome(column, delayColumn, window);
    }

    private static Map<String, Double> variant(Section s, Set<String> outcomes) {
        Map<String, Double> coefficients = new LinkedHashMap<>();
        boolean any = false;
        for (String outcome : s.keys()) {
            if (!outcomes.isEmpty() && !outcomes.contains(outcome)) {
                s.problem(
                        outcome,
                        "is no outcome: expected one of %s%s"
                                .formatted(String.join(", ", outcomes), Nearest.hint(outcome, outcomes)));
            }
            double coefficient = s.number(outcome, 0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
            coefficients.put(outcome, coefficient);
            any |= coefficient != 0;
        }
        if (!any) {
            s.problem("", "has no coefficient other than 0: every reward would be 0");
        }
        return coefficients;
    }

    /** A column read as two things would leak the label or the action into the state. */
    static void checkColumns(Section root, Experiment.Log log, List<Feature> features, Reward reward) {
        Map<String, String> used = new HashMap<>();
        Section logSection = root.section("log");
        List<String[]> logColumns = new ArrayList<>(List.of(
                new String[] {"requestId", log.requestId()},
                new String[] {"eventTime", log.eventTime()},
                new String[] {"propensity", log.propensity()}));
        if (log.actionId() != null) {
            logColumns.add(new String[] {"actionId", log.actionId()});
        }
        log.actionColumns().forEach((name, column) -> logColumns.add(new String[] {"actionColumns", column}));
        for (String[] column : logColumns) {
            String other = used.putIfAbsent(column[1], "log." + column[0]);
            if (other != null) {
                logSection.problem(column[0], "column '%s' is %s already".formatted(column[1], other));
            }
        }
        Section rewardSection = root.section("reward");
        Section outcomes = rewardSection.section("outcomes");
        reward.outcomes().forEach((name, outcome) -> {
            String other = used.putIfAbsent(outcome.column(), "reward.outcomes." + name);
            if (other != null && !outcome.column().isEmpty()) {
                outcomes.problem(name, "column '%s' is %s already".formatted(outcome.column(), other));
            }
        });
        for (int i = 0; i < features.size(); i++) {
            String other = used.get(features.get(i).name());
            if (other != null) {
                root.problemAtItem(
                        "features",
                        i,
                        "column '%s' is %s already".formatted(features.get(i).name(), other));
            }
        }
    }
}
