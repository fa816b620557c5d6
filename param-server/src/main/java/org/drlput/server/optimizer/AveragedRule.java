package org.drlput.server.optimizer;

import java.util.ArrayList;
import java.util.List;

/** A rule whose weights are averaged beside: it moves them as it would without. Its last array of state is the average's gap. */
final class AveragedRule implements UpdateRule {
    private final UpdateRule rule;
    private final WeightAverage average;
    private final List<String> names;

    AveragedRule(UpdateRule rule, WeightAverage average) {
        this.rule = rule;
        this.average = average;
        names = new ArrayList<>(rule.stateNames());
        names.add(WeightAverage.STATE);
    }

    @Override
    public List<String> stateNames() {
        return List.copyOf(names);
    }

    @Override
    public void begin(long step, long update) {
        rule.begin(step, update);
        average.begin(update);
    }

    @Override
    public void apply(float[] weights, float[][] state, float[] sums, int n, float inverseRows, boolean decay) {
        average.remember(weights, n);
        rule.apply(weights, state, sums, n, inverseRows, decay);
        average.follow(weights, state[state.length - 1], n);
    }
}
