package org.drlput.common.simulate;

import org.jspecify.annotations.Nullable;

/** A simulation that can not be made, or not be written: what was wrong, where, and what to do. */
public final class SimulationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    SimulationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
