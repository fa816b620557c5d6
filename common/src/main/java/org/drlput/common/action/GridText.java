package org.drlput.common.action;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.drlput.common.experiment.Experiment.Hyperparameter;
import org.drlput.common.experiment.GridAxis;

/** An action grid in words: what {@code validate} prints so that a reader sees what the policy may choose. */
final class GridText {
    private GridText() {}

    static List<String> lines(ActionSpace space, List<Hyperparameter> axes) {
        int width = axes.stream().mapToInt(axis -> axis.name().length()).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            Hyperparameter axis = axes.get(i);
            boolean grouped = axis.groups() < axis.levels().size();
            lines.add("%s  %d levels: %s"
                    .formatted(padded(axis.name(), width), axis.levels().size(), list(axis.levels())));
            String values = grouped
                    ? "%d groups: %s".formatted(axis.groups(), grouped(axis, space.axisValues(i)))
                    : "no groups";
            String tie = axis.tiedTo() == null ? "" : ", tied to " + axis.tiedTo();
            lines.add("%s  %s%s; production %s"
                    .formatted(padded("", width), values, tie, GridAxis.text(axis.production())));
        }
        lines.add(sizes(space, axes));
        int manual = space.manualAction();
        lines.add("action %s, the manual setting: %s".formatted(index(space, axes, manual), decoded(space, manual)));
        return lines;
    }

    static String decoded(ActionSpace space, int actionId) {
        double[] values = space.values(actionId);
        List<String> names = space.names();
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            parts.add(names.get(i) + " " + GridAxis.text(values[i]));
        }
        return String.join(", ", parts);
    }

    /** {@code [0, 0.25] -> 0.25, [0.5, 1] -> 1}: the levels of each group, and the value that stands for them. */
    private static String grouped(Hyperparameter axis, double[] values) {
        List<String> groups = new ArrayList<>();
        for (int j = 0; j < values.length; j++) {
            String levels = list(GridAxis.groupLevels(axis.levels(), axis.groups(), j));
            groups.add("[%s] -> %s".formatted(levels, GridAxis.text(values[j])));
        }
        return String.join(", ", groups);
    }

    /** All combinations of levels, of groups, and what the ties leave of them. */
    private static String sizes(ActionSpace space, List<Hyperparameter> axes) {
        List<Integer> levels = axes.stream().map(axis -> axis.levels().size()).toList();
        List<Integer> groups = axes.stream().map(Hyperparameter::groups).toList();
        List<Integer> free = axes.stream()
                .filter(axis -> axis.tiedTo() == null)
                .map(Hyperparameter::groups)
                .toList();
        String text = "%s combinations of levels".formatted(product(levels));
        if (!groups.equals(levels)) {
            text += " -> %s of groups".formatted(product(groups));
        }
        if (free.size() < groups.size()) {
            text += " -> %s with ties".formatted(product(free));
        }
        return text + String.format(Locale.ROOT, " -> %,d actions", space.size());
    }

    /** {@code 10 x 5 = 50}; of equal factors {@code 10^4 = 10,000}. */
    private static String product(List<Integer> factors) {
        double product = factors.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
        String number = product < 1e15
                ? String.format(Locale.ROOT, "%,d", (long) product)
                : String.format(Locale.ROOT, "%.1e", product);
        if (factors.size() == 1) {
            return number;
        }
        boolean equal = factors.stream().distinct().count() == 1;
        String left = equal
                ? factors.get(0) + "^" + factors.size()
                : factors.stream().map(String::valueOf).collect(Collectors.joining(" x "));
        return left + " = " + number;
    }

    /** An action id as its mixed-radix sum: {@code 32 = 1 x 25 + 1 x 5 + 2}. */
    private static String index(ActionSpace space, List<Hyperparameter> axes, int actionId) {
        int weight = space.size();
        List<String> terms = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            if (axes.get(i).tiedTo() == null) {
                weight /= axes.get(i).groups();
                int group = space.group(actionId, i);
                terms.add(weight == 1 ? String.valueOf(group) : "%d x %d".formatted(group, weight));
            }
        }
        return terms.size() == 1 ? String.valueOf(actionId) : actionId + " = " + String.join(" + ", terms);
    }

    private static String list(List<Double> values) {
        return values.stream().map(GridAxis::text).collect(Collectors.joining(", "));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
