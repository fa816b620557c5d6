package org.drlput.common.ledger;

/** Who wants a change, and why: both are said. */
public record Who(String actor, String reason) {
    private static final int MAX_ACTOR = 200;
    private static final int MAX_REASON = 4_000;

    /** @throws RefusedChangeException where one is empty, or far too long */
    public Who {
        require("actor", actor, MAX_ACTOR);
        require("reason", reason, MAX_REASON);
    }

    private static void require(String what, String text, int most) {
        if (text.isBlank() || text.length() > most) {
            throw new RefusedChangeException(
                    RefusedChangeException.Reason.INVALID,
                    "%s: found %s, expected a text of 1 to %d characters: every change says who and why"
                            .formatted(what, text.isBlank() ? "none" : text.length() + " characters", most));
        }
    }
}
