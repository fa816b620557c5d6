package org.drlput.common.experiment;

import java.util.HashMap;
import java.util.Map;

/** Which column of the log is read as what. A column read as two things would leak the outcome or the action into the state. */
final class Columns {
    private final Map<String, String> owners = new HashMap<>();

    /** Takes a column, named by {@code key}, for an owner; a problem where somebody has it. */
    void claim(Section s, String key, String column, String owner) {
        if (check(s, key, column)) {
            owners.put(column, owner);
        }
    }

    /** Whether the column is free; a problem where it is not. A column that could not be read is nobody's. */
    boolean check(Section s, String key, String column) {
        if (column.isEmpty()) {
            return false;
        }
        String other = owners.get(column);
        if (other != null) {
            s.problem(key, "column '%s' is %s already: a column is read as one thing".formatted(column, other));
        }
        return other == null;
    }
}
