package org.drlput.common.experiment;

import java.util.Collections;
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
import org.drlput.common.experiment.Experiment.Pooling;
import org.jspecify.annotations.Nullable;

/** Binds what is known of a request: {@code log} and {@code features}. */
final class DataBinder {
    private static final int MAX_BUCKETS = 1 << 26;

    /** What a feature may be in the file. */
    private enum FeatureType {
        NUMERIC,
        CATEGORICAL,
        MULTI_CATEGORICAL
    }

    private DataBinder() {}

    static Experiment.Log log(Section s, Columns columns) {
        String requestId = s.text("requestId", "a column name", "request_id");
        String eventTime = s.text("eventTime", "a column name", "event_time");
        String userId = s.optionalText("userId", "a column name");
        String actionId = s.text("actionId", "a column name", "action_id");
        String propensity = s.text("propensity", "a column name", "propensity");
        columns.claim(s, "requestId", requestId, "log.requestId");
        columns.claim(s, "eventTime", eventTime, "log.eventTime");
        boolean byColumns = s.has("actionColumns");
        if (!byColumns) {
            columns.claim(s, "actionId", actionId, "log.actionId");
        }
        Map<String, String> actionColumns = byColumns ? actionColumns(s, columns) : Map.of();
        columns.claim(s, "propensity", propensity, "log.propensity");
        if (userId != null) {
            // not claimed: who the user is may well be a feature too
            columns.check(s, "userId", userId);
        }
        Experiment.Log log = new Experiment.Log(
                requestId,
                eventTime,
                userId,
                byColumns ? null : actionId,
                actionColumns,
                propensity,
                s.number("maxRejectedShare", 0.01, 0, 1));
        s.end("log");
        return log;
    }

    private static Map<String, String> actionColumns(Section log, Columns columns) {
        Section s = log.section("actionColumns");
        Map<String, String> actionColumns = new LinkedHashMap<>();
        for (String hyperparameter : s.keys()) {
            String column = s.text(hyperparameter, "the column of this hyperparameter");
            columns.claim(s, hyperparameter, column, "log.actionColumns." + hyperparameter);
            actionColumns.put(hyperparameter, column);
        }
        if (log.has("actionId")) {
            log.problem("actionColumns", "stands beside actionId: give one of them");
        }
        return Collections.unmodifiableMap(actionColumns);
    }

    static List<Feature> features(Section root, Columns columns) {
        Set<String> names = new HashSet<>();
        return root.sections("features", true, "a list of at least one feature", s -> {
            String name = s.text("name", "the feature's column");
            Feature feature = feature(s, name);
            if (!name.isEmpty() && !names.add(name)) {
                s.problem("name", "'%s' is the name of an earlier feature: names are unique".formatted(name));
            } else {
                columns.claim(s, "name", name, "the feature '%s'".formatted(name));
            }
            return feature;
        });
    }

    private static @Nullable Feature feature(Section s, String name) {
        if (!s.has("type")) {
            s.text("type", "numeric or categorical or multiCategorical");
        }
        FeatureType type = s.choice("type", FeatureType.NUMERIC, FeatureType.class);
        if (s.isBroken("type")) {
            s.know("missing", "period", "vocabulary", "hashBuckets", "dimension", "pooling");
            s.end("a feature");
            return null;
        }
        Feature feature = type == FeatureType.NUMERIC
                ? new Numeric(
                        name,
                        s.choice("missing", Missing.REJECT, Missing.class),
                        s.number("period", 0, Double.MIN_VALUE, Double.POSITIVE_INFINITY))
                : embedded(s, name, type == FeatureType.MULTI_CATEGORICAL);
        s.end("a %s feature".formatted(Section.camelCase(type)));
        return feature;
    }

    private static Feature embedded(Section s, String name, boolean multi) {
        List<String> vocabulary = vocabulary(s);
        boolean hashed = s.has("hashBuckets");
        int buckets = (int) s.whole("hashBuckets", 0, 1, MAX_BUCKETS);
        if (hashed && s.has("vocabulary")) {
            s.problem("hashBuckets", "stands beside vocabulary: give one of them");
        } else if (!hashed && !s.has("vocabulary")) {
            s.problemHere("has neither vocabulary nor hashBuckets: give one of them");
        }
        int dimension = (int) s.whole("dimension", 8, 1, 1024);
        long rows = hashed ? buckets : vocabulary.size() + 1L;
        if (rows * dimension > Integer.MAX_VALUE - 64) {
            s.problem(
                    "dimension",
                    "%d rows of %d weights make an embedding table of more than 2^31 weights: use fewer of one"
                            .formatted(rows, dimension));
        }
        return multi
                ? new MultiCategorical(
                        name, vocabulary, buckets, dimension, s.choice("pooling", Pooling.MEAN, Pooling.class))
                : new Categorical(name, vocabulary, buckets, dimension);
    }

    private static List<String> vocabulary(Section s) {
        List<String> values = s.texts("vocabulary", "a list of values");
        if (s.has("vocabulary") && !s.isBroken("vocabulary")) {
            if (values.isEmpty()) {
                s.problem("vocabulary", "is empty: expected at least one value");
            }
            Map<String, Integer> seen = new HashMap<>();
            for (int i = 0; i < values.size(); i++) {
                Integer first = seen.putIfAbsent(values.get(i), i);
                if (first != null) {
                    s.problemAtItem("vocabulary", i, "'%s' is vocabulary[%d] already".formatted(values.get(i), first));
                }
            }
        }
        return List.copyOf(values);
    }
}
