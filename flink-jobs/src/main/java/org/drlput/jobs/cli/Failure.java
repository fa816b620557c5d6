package org.drlput.jobs.cli;

import java.util.ArrayList;
import java.util.List;

/** What a user is told when a command can not do its work: what is wrong, then where, what was found, expected, and what to do. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> details = new ArrayList<>();

    Failure(String what) {
        super(what);
    }

    Failure(String what, Throwable cause) {
        super(what, cause);
    }

    Failure where(Object place) {
        return detail("where", place);
    }

    Failure found(Object found) {
        return detail("found", found);
    }

    Failure expected(Object expected) {
        return detail("expected", expected);
    }

    Failure toDo(Object action) {
        return detail("to do", action);
    }

    private Failure detail(String label, Object text) {
        details.add(detailLine(label, text));
        return this;
    }

    /** One line of an error block. */
    static String detailLine(String label, Object text) {
        return "%-9s %s".formatted(label, text);
    }

    List<String> details() {
        return details;
    }
}
