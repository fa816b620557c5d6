package org.drlput.common.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects problems, to fail once with all of them. Not thread-safe. */
final class Problems {
    private final String source;
    private final List<Problem> list = new ArrayList<>();

    Problems(String source) {
        this.source = source;
    }

    void add(YamlNode at, String path, String text) {
        list.add(new Problem(source, at.line(), at.column(), path, text));
    }

    void addToFile(int line, int column, String text) {
        list.add(new Problem(source, line, column, "", text));
    }

    void throwIfAny() {
        if (!list.isEmpty()) {
            throw exception();
        }
    }

    /** All problems so far, in the order of the file. */
    ExperimentException exception() {
        list.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
        return new ExperimentException(source, list);
    }
}
