package org.drlput.common.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.drlput.common.experiment.Experiment.Actions;
import org.drlput.common.experiment.Experiment.Behaviour;
import org.drlput.common.experiment.Experiment.Hyperparameter;
import org.jspecify.annotations.Nullable;

/** Binds {@code actions} and checks that the axes make a grid. */
final class ActionsBinder {
    /** Beyond this, one logged row in K matches a policy's choice too rarely to learn or to estimate anything. */
    private static final long MAX_ACTIONS = 10_000;

    /** A hyperparameter with the section that it was read from, and whether its values can be spoken of yet. */
    private record Axis(Hyperparameter hyperparameter, Section section, boolean sound) {
        String name() {
            return hyperparameter.name();
        }

        @Nullable
        String tiedTo() {
            return hyperparameter.tiedTo();
        }

        List<Double> groupValues() {
            return GridAxis.groupValues(hyperparameter.levels(), hyperparameter.groups());
        }

        Axis withGroups(int groups) {
            Hyperparameter h = hyperparameter;
            return new Axis(
                    new Hyperparameter(h.name(), h.tiedTo(), h.levels(), groups, h.production()), section, sound);
        }

        Axis unsound() {
            return new Axis(hyperparameter, section, false);
        }
    }

    private ActionsBinder() {}

    static Actions actions(Section s, Section log, Map<String, String> actionColumns) {
        Behaviour behaviour = s.choice("behaviour", Behaviour.UNIFORM, Behaviour.class);
        List<Axis> axes =
                s.sections("hyperparameters", true, "a list of at least one hyperparameter", ActionsBinder::axis);
        checkNames(axes);
        List<Axis> bound = new ArrayList<>();
        for (Axis axis : axes) {
            bound.add(axis.tiedTo() == null ? axis : tied(axis, axes));
        }
        checkProduction(bound);
        checkSize(s, bound);
        if (log.has("actionColumns") && !s.isBroken("hyperparameters")) {
            checkActionColumns(log, actionColumns, bound);
        }
        s.end("actions");
        return new Actions(behaviour, bound.stream().map(Axis::hyperparameter).toList());
    }

    private static Axis axis(Section s) {
        String name = s.text("name", "the hyperparameter's name");
        String tiedTo = s.optionalText("tiedTo", "the name of another hyperparameter");
        List<Double> levels = s.numbers("levels", "a list of ascending numbers", -Float.MAX_VALUE, Float.MAX_VALUE);
        checkLevels(s, levels);
        int groups = levels.size();
        if (s.has("groups") && tiedTo != null) {
            s.whole("groups", 2, Long.MIN_VALUE, Long.MAX_VALUE);
            s.problem("groups", "stands beside tiedTo: a tied hyperparameter has the groups of the one it is tied to");
        } else if (s.has("groups")) {
            // With broken levels their number says nothing about the groups.
            groups = (int) s.whole("groups", groups, 2, s.isBroken("levels") ? Integer.MAX_VALUE : groups);
        }
        double production = s.requiredNumber("production", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        s.end("a hyperparameter");
        boolean sound = !s.isBroken("levels") && !s.isBroken("groups") && !s.isBroken("production");
        return new Axis(new Hyperparameter(name, tiedTo, List.copyOf(levels), groups, production), s, sound);
    }

    private static void checkLevels(Section s, List<Double> levels) {
        if (s.isBroken("levels")) {
            return;
        }
        if (levels.size() < 2) {
            s.problem(
                    "levels",
                    "found %d level%s, expected at least 2".formatted(levels.size(), levels.size() == 1 ? "" : "s"));
        }
        for (int i = 1; i < levels.size(); i++) {
            double before = levels.get(i - 1);
            double level = levels.get(i);
            if (level <= before) {
                s.problemAtItem(
                        "levels",
                        i,
                        "found %s after %s, expected ascending levels"
                                .formatted(GridAxis.text(level), GridAxis.text(before)));
            } else if ((float) level == (float) before) {
                s.problemAtItem(
                        "levels",
                        i,
                        "found %s after %s, expected levels that differ as float32, which logs may hold"
                                .formatted(GridAxis.text(level), GridAxis.text(before)));
            }
        }
    }

    private static void checkNames(List<Axis> axes) {
        Map<String, Axis> seen = new HashMap<>();
        for (Axis axis : axes) {
            if (!axis.name().isEmpty() && seen.putIfAbsent(axis.name(), axis) != null) {
                axis.section()
                        .problem(
                                "name",
                                "'%s' is the name of an earlier hyperparameter: names are unique"
                                        .formatted(axis.name()));
            }
        }
    }

    /** The axis with the groups of the one that it is tied to. */
    private static Axis tied(Axis axis, List<Axis> axes) {
        Section s = axis.section();
        String other = axis.tiedTo();
        if (other == null || s.isBroken("tiedTo")) {
            return axis.unsound();
        }
        Axis leader = axes.stream()
                .filter(candidate -> candidate.name().equals(other))
                .findFirst()
                .orElse(null);
        if (other.equals(axis.name())) {
            s.problem("tiedTo", "'%s' is tied to itself: name another hyperparameter".formatted(other));
        } else if (leader == null) {
            List<String> names = axes.stream()
                    .filter(candidate -> candidate.tiedTo() == null)
                    .map(Axis::name)
                    .toList();
            s.problem("tiedTo", "'%s' is no hyperparameter%s".formatted(other, Nearest.hint(other, names)));
        } else if (leader.tiedTo() != null) {
            s.problem("tiedTo", "'%s' is itself tied, to '%s': tie to that one".formatted(other, leader.tiedTo()));
        } else if (axis.sound() && leader.sound()) {
            int mine = axis.hyperparameter().levels().size();
            int its = leader.hyperparameter().levels().size();
            if (mine == its) {
                return axis.withGroups(leader.hyperparameter().groups());
            }
            s.problem("levels", "found %d levels, expected %d, as many as '%s' has".formatted(mine, its, other));
        }
        return axis.unsound();
    }

    private static void checkProduction(List<Axis> axes) {
        Map<String, Integer> groupOf = new HashMap<>();
        for (Axis axis : axes) {
            if (!axis.sound()) {
                continue;
            }
            List<Double> values = axis.groupValues();
            double production = axis.hyperparameter().production();
            int group = values.indexOf(production);
            if (group >= 0) {
                groupOf.putIfAbsent(axis.name(), group);
            } else {
                axis.section()
                        .problem(
                                "production",
                                "found %s, expected a value of the grid: %s"
                                        .formatted(GridAxis.text(production), list(values)));
            }
        }
        for (Axis axis : axes) {
            Integer mine = groupOf.get(axis.name());
            Integer leader = axis.tiedTo() == null ? null : groupOf.get(axis.tiedTo());
            if (axis.sound() && mine != null && leader != null && !mine.equals(leader)) {
                axis.section()
                        .problem(
                                "production",
                                "found %s, expected %s: it is tied to '%s', whose production value is in group %d"
                                        .formatted(
                                                GridAxis.text(
                                                        axis.hyperparameter().production()),
                                                GridAxis.text(axis.groupValues().get(leader)),
                                                axis.tiedTo(),
                                                leader));
            }
        }
    }

    private static String list(List<Double> values) {
        return values.stream().map(GridAxis::text).collect(Collectors.joining(", "));
    }

    private static void checkSize(Section s, List<Axis> axes) {
        long actions = 1;
        boolean free = false;
        for (Axis axis : axes) {
            if (axis.tiedTo() == null) {
                if (!axis.sound()) {
                    return;
                }
                free = true;
                actions = Math.min(actions * axis.hyperparameter().groups(), Integer.MAX_VALUE);
            }
        }
        if (free && actions > MAX_ACTIONS) {
            s.problem(
                    "hyperparameters",
                    "the grid has %s actions, expected at most %d: use fewer groups, or tie hyperparameters"
                            .formatted(actions == Integer.MAX_VALUE ? "over 2^31" : actions, MAX_ACTIONS));
        }
    }

    private static void checkActionColumns(Section log, Map<String, String> actionColumns, List<Axis> axes) {
        Section columns = log.section("actionColumns");
        List<String> names = axes.stream().map(Axis::name).toList();
        for (Axis axis : axes) {
            if (axis.tiedTo() == null && !actionColumns.containsKey(axis.name())) {
                columns.problemHere("has no column for the hyperparameter '%s': only tied ones may be left out"
                        .formatted(axis.name()));
            }
        }
        for (String name : actionColumns.keySet()) {
            if (!names.contains(name)) {
                columns.problemAtKey(
                        name,
                        "is no hyperparameter: expected one of %s%s"
                                .formatted(String.join(", ", names), Nearest.hint(name, names)));
            }
        }
    }
}
