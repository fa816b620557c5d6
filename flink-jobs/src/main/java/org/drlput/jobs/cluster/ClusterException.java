package org.drlput.jobs.cluster;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that a cluster can not do; the message says what, and below it what was found and what to do. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> details = new ArrayList<>();

    ClusterException(String what) {
        super(what);
    }

    ClusterException(String what, Throwable cause) {
        super(what, cause);
    }

    ClusterException where(@Nullable Object place) {
        return detail("where", place);
    }

    ClusterException found(@Nullable Object found) {
        return detail("found", found);
    }

    ClusterException expected(Object expected) {
        return detail("expected", expected);
    }

    ClusterException toDo(Object action) {
        return detail("to do", action);
    }

    private ClusterException detail(String label, @Nullable Object text) {
        details.add("  %-9s %s".formatted(label, text));
        return this;
    }

    @Override
    public String getMessage() {
        List<String> lines = new ArrayList<>();
        lines.add(super.getMessage());
        lines.addAll(details);
        return String.join("\n", lines);
    }
}
