package org.drlput.common.action;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment.Actions;
import org.drlput.common.experiment.Experiment.Hyperparameter;
import org.drlput.common.experiment.GridAxis;

/**
 * The grid of actions: an action id in {@code [0, size())} is the mixed-radix index over the axes that are not tied, the first
 * being the most significant; tied axes follow theirs. Immutable.
 */
public final class ActionSpace {
    private final List<Hyperparameter> axes;
    /** Per axis the values of its groups. */
    private final double[][] values;
    /** Per axis the action id's weight of one group: 0 for tied axes. */
    private final int[] stride;
    /** Per axis the one that it follows; itself where not tied. */
    private final int[] leader;

    private final int size;

    private ActionSpace(List<Hyperparameter> axes) {
        this.axes = List.copyOf(axes);
        values = new double[axes.size()][];
        stride = new int[axes.size()];
        leader = new int[axes.size()];
        Map<String, Integer> indexByName = new HashMap<>();
        for (int i = 0; i < axes.size(); i++) {
            Hyperparameter axis = axes.get(i);
            indexByName.put(axis.name(), i);
            values[i] = GridAxis.groupValues(axis.levels(), axis.groups()).stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray();
        }
        int total = 1;
        for (int i = axes.size() - 1; i >= 0; i--) {
            String tiedTo = axes.get(i).tiedTo();
            leader[i] = tiedTo == null ? i : indexByName.getOrDefault(tiedTo, i);
            if (tiedTo == null) {
                stride[i] = total;
                total = Math.multiplyExact(total, values[i].length);
            }
        }
        size = total;
    }

    public static ActionSpace of(Actions actions) {
        return new ActionSpace(actions.hyperparameters());
    }

    /** K, the number of actions. */
    public int size() {
        return size;
    }

    /** Names of the hyperparameters, tied ones included, in the experiment's order. */
    public List<String> names() {
        return axes.stream().map(Hyperparameter::name).toList();
    }

    /** Values that one hyperparameter can take, ascending. */
    public double[] axisValues(int hyperparameter) {
        return values[hyperparameter].clone();
    }

    /** How many values each axis that is not tied can take, the most significant first: their product is {@link #size}. */
    public List<Integer> axisSizes() {
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (leader[i] == i) {
                sizes.add(values[i].length);
            }
        }
        return List.copyOf(sizes);
    }

    /** Whether a hyperparameter is an axis of its own, and follows no other one. */
    public boolean isFree(int hyperparameter) {
        return leader[hyperparameter] == hyperparameter;
    }

    /** Which of its values a hyperparameter takes under an action. */
    public int group(int actionId, int hyperparameter) {
        check(actionId);
        int axis = leader[hyperparameter];
        return actionId / stride[axis] % values[axis].length;
    }

    private void check(int actionId) {
        if (actionId < 0 || actionId >= size) {
            throw new IllegalArgumentException("action %d: expected 0 to %d".formatted(actionId, size - 1));
        }
    }

    /** The hyperparameters of an action, in the order of {@link #names}. */
    public double[] values(int actionId) {
        check(actionId);
        double[] action = new double[axes.size()];
        for (int i = 0; i < action.length; i++) {
            action[i] = values[i][group(actionId, i)];
        }
        return action;
    }

    /**
     * The action with these hyperparameters, in the order of {@link #names}, compared as float32; -1 where they are not on the
     * grid (NaN never is), or a tied one does not follow.
     */
    public int actionId(double[] wanted) {
        if (wanted.length != values.length) {
            throw new IllegalArgumentException(
                    "%d hyperparameters: expected %d, %s".formatted(wanted.length, values.length, names()));
        }
        int id = 0;
        for (int i = 0; i < values.length; i++) {
            if (leader[i] == i) {
                int group = indexOf(values[i], wanted[i]);
                if (group < 0) {
                    return -1;
                }
                id += group * stride[i];
            }
        }
        for (int i = 0; i < values.length; i++) {
            if (leader[i] != i && !same(values[i][group(id, i)], wanted[i])) {
                return -1;
            }
        }
        return id;
    }

    private static int indexOf(double[] values, double wanted) {
        for (int g = 0; g < values.length; g++) {
            if (same(values[g], wanted)) {
                return g;
            }
        }
        return -1;
    }

    /** Logs often hold float32: a value of the grid survives that trip, and levels are checked to differ after it. */
    private static boolean same(double value, double wanted) {
        return (float) value == (float) wanted;
    }

    /** The manual setting: the experiment's production values. */
    public int manualAction() {
        return actionId(axes.stream().mapToDouble(Hyperparameter::production).toArray());
    }

    /** The hyperparameters of an action as text: {@code w_click 1, reserve_price 0.2}. */
    public String decoded(int actionId) {
        return GridText.decoded(this, actionId);
    }

    /** The grid in lines of text, as {@code validate} prints it. */
    public List<String> describe() {
        return GridText.lines(this, axes);
    }
}
