package org.drlput.common.experiment;

import java.util.List;

/** An experiment file that can not be used: every problem in it, in the order of the file. */
public final class ExperimentException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** What fits a terminal; the rest is in {@link #problems}. */
    private static final int MAX_SHOWN = 50;

    private final transient List<Problem> problems;

    ExperimentException(String source, List<Problem> problems) {
        super(message(source, problems));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }

    private static String message(String source, List<Problem> problems) {
        StringBuilder text = new StringBuilder(
                "%s: %d problem%s".formatted(source, problems.size(), problems.size() == 1 ? "" : "s"));
        for (Problem problem : problems.subList(0, Math.min(MAX_SHOWN, problems.size()))) {
            text.append("\n  ").append(problem);
        }
        if (problems.size() > MAX_SHOWN) {
            text.append("\n  and %d more".formatted(problems.size() - MAX_SHOWN));
        }
        return text.toString();
    }
}
