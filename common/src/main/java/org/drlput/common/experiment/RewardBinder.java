package org.drlput.common.experiment;

import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.drlput.common.experiment.Experiment.Outcome;
import org.drlput.common.experiment.Experiment.Reward;
import org.drlput.common.experiment.Experiment.Unseen;

/** Binds {@code reward}: the logged outcomes and the composites made of them. */
final class RewardBinder {
    private RewardBinder() {}

    static Reward reward(Section s, Columns columns) {
        Map<String, Outcome> outcomes = outcomes(s, columns);
        Section variantSection = s.requiredSection("variants");
        Map<String, Map<String, Double>> variants = new LinkedHashMap<>();
        for (String name : variantSection.keys()) {
            // Without outcomes no name of one can be judged.
            Set<String> known = s.isBroken("outcomes") && outcomes.isEmpty() ? Set.of() : outcomes.keySet();
            variants.put(name, variant(variantSection.section(name), known));
        }
        if (variants.isEmpty() && !variantSection.isBroken()) {
            s.problem("variants", "is empty: expected at least one variant, for example R0: {revenue: 1}");
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
        Instant observedUntil = s.instant("observedUntil");
        s.end("reward");
        return new Reward(
                active, Collections.unmodifiableMap(outcomes), Collections.unmodifiableMap(variants), observedUntil);
    }

    private static Map<String, Outcome> outcomes(Section reward, Columns columns) {
        Section s = reward.requiredSection("outcomes");
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        Set<String> delays = new HashSet<>();
        for (String name : s.keys()) {
            Section one = s.section(name);
            Outcome outcome = outcome(one);
            outcomes.put(name, outcome);
            columns.claim(one, "column", outcome.column(), "reward.outcomes." + name);
            String delay = outcome.delayColumn();
            // Two outcomes may have been seen at the same time; anything else may not be read as a delay.
            if (delay != null && delays.add(delay)) {
                columns.claim(one, "delayColumn", delay, "the delay of reward.outcomes." + name);
            }
        }
        if (outcomes.isEmpty() && !s.isBroken()) {
            reward.problem(
                    "outcomes", "is empty: expected at least one outcome, for example revenue: {column: revenue}");
        }
        return outcomes;
    }

    private static Outcome outcome(Section s) {
        String column = s.text("column", "the outcome's column");
        String delayColumn = s.optionalText("delayColumn", "the column of its delay in milliseconds");
        long window = s.whole("windowMillis", 0, 1, Long.MAX_VALUE);
        if (delayColumn != null && !s.has("windowMillis")) {
            s.problem("windowMillis", "is missing: an outcome with a delayColumn needs its window");
        }
        if (delayColumn == null && s.has("windowMillis")) {
            s.problem("windowMillis", "stands without a delayColumn: give both or none");
        }
        Unseen unseen = s.choice("unseen", Unseen.ZERO, Unseen.class);
        if (delayColumn == null && unseen == Unseen.CORRECTED) {
            s.problem("unseen", "is corrected without a delayColumn: how late outcomes come must be in the log");
        }
        s.end("an outcome");
        return new Outcome(column, delayColumn, window, unseen);
    }

    private static Map<String, Double> variant(Section s, Set<String> outcomes) {
        Map<String, Double> coefficients = new LinkedHashMap<>();
        boolean any = false;
        for (String outcome : s.keys()) {
            if (!outcomes.isEmpty() && !outcomes.contains(outcome)) {
                s.problemAtKey(
                        outcome,
                        "is no outcome: expected one of %s%s"
                                .formatted(String.join(", ", outcomes), Nearest.hint(outcome, outcomes)));
            }
            double coefficient = s.number(outcome, 0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
            coefficients.put(outcome, coefficient);
            any |= coefficient != 0;
        }
        if (!any && !s.isBroken()) {
            s.problemHere("has no coefficient other than 0: every reward would be 0");
        }
        return Collections.unmodifiableMap(coefficients);
    }
}
