package org.drlput.common.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Feature;
import org.drlput.common.experiment.Experiment.Hyperparameter;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.Experiment.Outcome;

/** Whether an experiment asks only for what the market has. */
final class MarketCheck {
    static final List<String> NUMBERS = List.of("ctr_30d", "activity", "session_depth", "hour");
    /** Days since Monday, 0 to 7: in the files where the experiment reads it. */
    static final String WEEKDAY = "weekday";

    static final String USER = "user";
    static final List<String> CATEGORIES = List.of("country", "device", USER);
    static final List<String> BAGS = List.of("interests");
    static final String CONVERSION = "conversion";
    static final List<String> OUTCOMES = List.of("revenue", "click", "long_click", CONVERSION);
    static final String DELAY = "conversion_delay_ms";
    static final String EXPLORED = "explored";

    private final List<String> problems = new ArrayList<>();

    private MarketCheck() {}

    static void check(Experiment experiment) {
        MarketCheck check = new MarketCheck();
        experiment.features().forEach(check::feature);
        experiment.actions().hyperparameters().forEach(check::hyperparameter);
        experiment.reward().outcomes().forEach(check::outcome);
        if (experiment.log().actionId() == null) {
            check.problems.add("log.actionColumns: the market logs action ids, name their column in log.actionId");
        }
        check.columns(experiment);
        if (!check.problems.isEmpty()) {
            throw new SimulationException(
                    "experiment '%s' does not fit the simulated market: %d problem%s\n  %s"
                            .formatted(
                                    experiment.name(),
                                    check.problems.size(),
                                    check.problems.size() == 1 ? "" : "s",
                                    String.join("\n  ", check.problems)),
                    null);
        }
    }

    private void feature(Feature feature) {
        if (feature instanceof Numeric) {
            if (!feature.name().equals(WEEKDAY)) {
                oneOf("feature", feature.name(), "numeric features", NUMBERS);
            }
            if (feature.name().equals("session_depth") && ((Numeric) feature).missing() == Experiment.Missing.REJECT) {
                problems.add(
                        "feature 'session_depth': is missing in some rows, declare missing: mean or missing: zero");
            }
        } else if (feature instanceof Categorical) {
            oneOf("feature", feature.name(), "categorical features", CATEGORIES);
        } else if (feature instanceof MultiCategorical) {
            oneOf("feature", feature.name(), "multi-categorical features", BAGS);
        }
    }

    private void hyperparameter(Hyperparameter axis) {
        oneOf("hyperparameter", axis.name(), "hyperparameters", Rankings.HYPERPARAMETERS);
    }

    private void outcome(String name, Outcome outcome) {
        oneOf("outcome '%s': column".formatted(name), outcome.column(), "outcomes", OUTCOMES);
        String delay = outcome.delayColumn();
        if (delay != null && !(delay.equals(DELAY) && outcome.column().equals(CONVERSION))) {
            problems.add("outcome '%s': delay column '%s': the market logs %s, of conversions, only"
                    .formatted(name, delay, DELAY));
        }
    }

    private void oneOf(String what, String name, String kind, List<String> known) {
        if (!known.contains(name)) {
            problems.add("%s '%s': the market's %s are %s".formatted(what, name, kind, String.join(", ", known)));
        }
    }

    private void columns(Experiment experiment) {
        List<String> own = new ArrayList<>(NUMBERS);
        own.add(WEEKDAY);
        own.addAll(CATEGORIES);
        own.addAll(BAGS);
        own.addAll(OUTCOMES);
        own.add(DELAY);
        own.add(EXPLORED);
        Experiment.Log log = experiment.log();
        Map<String, String> named = new java.util.LinkedHashMap<>();
        named.put("requestId", log.requestId());
        named.put("eventTime", log.eventTime());
        named.put("propensity", log.propensity());
        if (log.actionId() != null) {
            named.put("actionId", log.actionId());
        }
        if (log.userId() != null && !log.userId().equals(USER)) {
            named.put("userId", log.userId());
        }
        named.forEach((key, column) -> {
            if (own.contains(column)) {
                problems.add(
                        "log.%s: '%s' is a column of the market already, expected another name".formatted(key, column));
            }
        });
    }
}
