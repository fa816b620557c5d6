package org.drlput.common.version;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A version, or a file of one, that can not be used: every problem found, each with its file, and what to do. */
public final class VersionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    VersionException(List<String> problems, @Nullable Throwable cause) {
        super(String.join("\n", problems), cause);
        this.problems = List.copyOf(problems);
    }

    public VersionException(String problem) {
        this(List.of(problem), null);
    }

    public VersionException(String problem, @Nullable Throwable cause) {
        this(List.of(problem), cause);
    }

    public List<String> problems() {
        return problems;
    }
}
