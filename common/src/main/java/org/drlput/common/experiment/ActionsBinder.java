package org.drlput.common.experiment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment.Actions;
import org.drlput.common.experiment.Experiment.Behaviour;
import org.drlput.common.experiment.Experiment.Hyperparameter;

/** Binds {@code actions} and checks that the axes make a grid. */
final class ActionsBinder {
    /** Beyond this, one logged row in K matches a policy's choice too rarely to learn or to estimate anything. */
    private static final long MAX_ACTIONS = 10_000;

    private ActionsBinder() {}

    static Actions actions(Section s, Experiment.Log log) {
        Behaviour behaviour = s.choice("behaviour", Behaviour.UNIFORM, Behaviour.class);
        Map<Hyperparameter, Section> sections = new LinkedHashMap<>();
        List<Hyperparameter> axes =
                s.sections("hyperparameters", true, "a list of at least one hyperparameter", (section, index) -> {
                    Hyperparameter axis = axis(section);
                    sections.put(axis, section);
                    section.end();
                    return axis;
                });
        checkNames(axes, sections);
        List<Hyperparameter> bound = new ArrayList<>();
        for (Hyperparameter axis : axes) {
            bound.add(axis.tiedTo() == null ? axis : tied(axis, axes, sections));
        }
        checkProduction(bound, sections);
        checkSize(s, bound);
        checkActionColumns(s, log, bound);
        s.end();
        return new Actions(behaviour, bound);
    }

    private static Hyperparameter axis(Section s) {
        String name = s.text("name", "the hyperparameter's name");
        String tiedTo = s.optionalText("tiedTo", "the name of another hyperparameter");
        List<Double> levels = s.numbers("levels", "a list of ascending numbers");
        for (int i = 1; i < levels.size(); i++) {
            if (levels.get(i) <= levels.get(i - 1)) {
                s.problemAtItem(
                        "levels",
                        i,
                        "found %s after %s, expected ascending levels".formatted(levels.get(i), levels.get(i - 1)));
            }
        }
        if (s.has("levels") && levels.size() < 2) {
            s.problem("levels", "found %d levels, expected at least 2".formatted(levels.size()));
        }
        int groups = levels.size();
        if (s.has("groups")) {
            groups = (int) s.whole("groups", levels.size(), 2, Math.max(2, levels.size()));
            if (tiedTo != null) {
                s.problem(
                        "groups",
                        "stands beside tiedTo: a tied hyperparameter has the groups of the one it is tied to");
            }
        }
        double production = s.requiredNumber("production", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        return new Hyperparameter(name, tiedTo, List.copyOf(levels), groups, production);
    }

    private static void checkNames(List<Hyperparameter> axes, Map<Hyperparameter, Section> sections) {
        Map<String, Hyperparameter> seen = new HashMap<>();
        for (Hyperparameter axis : axes) {
            if (!axis.name().isEmpty() && seen.putIfAbsent(axis.name(), axis) != null) {
                Section s = sections.get(axis);
                if (s != null) {
                    s.problem("name", "'%s' is the name of an earlier hyperparameter".formatted(axis.name()));
                }
            }
        }
    }

    private static Hyperparameter tied(
            Hyperparameter axis, List<Hyperparameter> axes, Map<Hyperparameter, Section> sections) {
        Section s = java.util.Objects.requireNonNull(sections.get(axis));
        String other = java.util.Objects.requireNonNull(axis.tiedTo());
        Hyperparameter leader = axes.stream()
                .filter(candidate -> candidate.name().equals(other))
                .findFirst()
                .orElse(null);
        if (leader == null) {
            List<String> names = axes.stream().map(Hyperparameter::name).toList();
            s.problem("tiedTo", "'%s' is no hyperparameter%s".formatted(other, Nearest.hint(other, names)));
            return axis;
        }
        if (leader.tiedTo() != null) {
            s.problem("tiedTo", "'%s' is itself tied to '%s': tie to that one".formatted(other, leader.tiedTo()));
            return axis;
        }
        if (leader.levels().size() != axis.levels().size()) {
            s.problem(
                    "levels",
                    "found %d levels, expected %d, as many as '%s' has"
                            .formatted(axis.levels().size(), leader.levels().size(), other));
            return axis;
        }
        Hyperparameter grouped =
                new Hyperparameter(axis.name(), other, axis.levels(), leader.groups(), axis.production());
        sections.put(grouped, s);
        return grouped;
    }

    private static void checkProduction(List<Hyperparameter> axes, Map<Hyperparameter, Section> sections) {
        Map<String, Integer> groupOf = new HashMap<>();
        for (Hyperparameter axis : axes) {
            if (axis.levels().size() < 2 || axis.groups() > axis.levels().size()) {
                continue;
            }
            List<Double> values = GridAxis.groupValues(axis.levels(), axis.groups());
            int group = values.indexOf(axis.production());
            Section s = java.util.Objects.requireNonNull(sections.get(axis));
            if (group < 0) {
                s.problem(
                        "production",
                        "found %s, expected a value of the grid: %s".formatted(axis.production(), values));
                continue;
            }
            groupOf.put(axis.name(), group);
        }
        for (Hyperparameter axis : axes) {
            Integer mine = groupOf.get(axis.name());
            Integer leader = axis.tiedTo() == null ? null : groupOf.get(axis.tiedTo());
            if (mine != null && leader != null && !mine.equals(leader)) {
                Section s = java.util.Objects.requireNonNull(sections.get(axis));
                List<Double> values = GridAxis.groupValues(axis.levels(), axis.groups());
                s.problem(
                        "production",
                        "found %s, expected %s: tied to '%s', whose production value is in group %d"
                                .formatted(axis.production(), values.get(leader), axis.tiedTo(), leader));
            }
        }
    }

    private static void checkSize(Section s, List<Hyperparameter> axes) {
        long actions = 1;
        for (Hyperparameter axis : axes) {
            if (axis.tiedTo() == null) {
                actions = Math.min(actions * Math.max(1, axis.groups()), Integer.MAX_VALUE);
            }
        }
        if (!axes.isEmpty() && (actions < 2 || actions > MAX_ACTIONS)) {
            s.problem(
                    "hyperparameters",
                    "the grid has %d actions, expected 2 to %d: use fewer groups, or tie hyperparameters"
                            .formatted(actions, MAX_ACTIONS));
        }
    }

    private static void checkActionColumns(Section s, Experiment.Log log, List<Hyperparameter> axes) {
        if (log.actionColumns().isEmpty()) {
            return;
        }
        List<String> names = axes.stream().map(Hyperparameter::name).toList();
        for (Hyperparameter axis : axes) {
            if (axis.tiedTo() == null && !log.actionColumns().containsKey(axis.name())) {
                s.problem("hyperparameters", "log.actionColumns has no column for '%s'".formatted(axis.name()));
            }
        }
        for (String name : log.actionColumns().keySet()) {
            if (!names.contains(name)) {
                s.problem(
                        "hyperparameters",
                        "log.actionColumns names '%s', which is no hyperparameter%s"
                                .formatted(name, Nearest.hint(name, names)));
            }
        }
    }
}
