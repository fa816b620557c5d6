package org.drlput.common.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Logs, or blocks made of them, that can not be used: every problem found, each with its file and what to do. */
public final class LogException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public LogException(List<String> problems, @Nullable Throwable cause) {
        super(String.join("\n", problems), cause);
        this.problems = List.copyOf(problems);
    }

    public LogException(String problem) {
        this(List.of(problem), null);
    }

    public LogException(String problem, Throwable cause) {
        this(List.of(problem), cause);
    }

    public List<String> problems() {
        return problems;
    }
}
