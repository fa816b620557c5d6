package org.drlput.common.log;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Hyperparameter;

/**
 * From logged hyperparameter values to action ids. A tied hyperparameter without a column of its own follows the one that it is
 * tied to. Keeps a scratch buffer: one thread.
 */
final class ActionGrid {
    private final ActionSpace space;
    private final List<Hyperparameter> axes;
    private final String[] columns;
    /** Per axis the axis whose group it takes, or -1 where it has a column. */
    private final int[] follows;

    private final double[] values;

    ActionGrid(Experiment experiment) {
        space = ActionSpace.of(experiment.actions());
        axes = experiment.actions().hyperparameters();
        columns = new String[axes.size()];
        follows = new int[axes.size()];
        values = new double[axes.size()];
        List<String> names = axes.stream().map(Hyperparameter::name).toList();
        for (int i = 0; i < columns.length; i++) {
            columns[i] = experiment.log().actionColumns().getOrDefault(names.get(i), "");
            follows[i] = columns[i].isEmpty() && axes.get(i).tiedTo() != null
                    ? names.indexOf(axes.get(i).tiedTo())
                    : -1;
        }
    }

    int size() {
        return space.size();
    }

    String column(int axis) {
        return columns[axis];
    }

    /** All columns, for a message. */
    String columns() {
        List<String> named = new ArrayList<>();
        for (String column : columns) {
            if (!column.isEmpty()) {
                named.add(column);
            }
        }
        return String.join(", ", named);
    }

    /** The first axis with a column and no value in this row; -1: none. */
    int firstMissing(double[][] raw, int row) {
        for (int i = 0; i < columns.length; i++) {
            if (!columns[i].isEmpty() && Double.isNaN(raw[i][row])) {
                return i;
            }
        }
        return -1;
    }

    /** -1 where the values are no point of the grid. */
    int actionId(double[][] raw, int row) {
        for (int i = 0; i < values.length; i++) {
            values[i] = follows[i] < 0 ? raw[i][row] : followed(i, raw[follows[i]][row]);
        }
        return space.actionId(values);
    }

    private double followed(int axis, double leaderValue) {
        double[] leader = space.axisValues(follows[axis]);
        for (int g = 0; g < leader.length; g++) {
            if ((float) leader[g] == (float) leaderValue) {
                return space.axisValues(axis)[g];
            }
        }
        return Double.NaN;
    }

    String text(double[][] raw, int row) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            if (!columns[i].isEmpty()) {
                texts.add(axes.get(i).name() + " " + raw[i][row]);
            }
        }
        return String.join(", ", texts) + ": no point of the grid";
    }
}
