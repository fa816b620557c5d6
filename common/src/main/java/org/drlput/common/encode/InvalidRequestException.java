package org.drlput.common.encode;

import java.util.List;

/** A request that can not be scored: every problem with its features. */
public final class InvalidRequestException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;
    private final boolean malformed;

    InvalidRequestException(List<String> problems, boolean malformed) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
        this.malformed = malformed;
    }

    public List<String> problems() {
        return problems;
    }

    /** Whether a feature is there that can not be read; else some that must be there are missing, and that is all. */
    public boolean malformed() {
        return malformed;
    }
}
