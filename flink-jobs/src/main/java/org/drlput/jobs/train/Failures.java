package org.drlput.jobs.train;

import org.apache.flink.util.SerializedThrowable;

/** Finds what a person wants to read in what Flink wraps around it. */
final class Failures {
    private Failures() {}

    /** The innermost exception of ours, else the innermost of all. */
    static Throwable reason(Throwable failure, ClassLoader loader) {
        Throwable ours = null;
        Throwable innermost = failure;
        for (Throwable next = failure; next != null; next = next.getCause()) {
            if (next instanceof SerializedThrowable serialized) {
                next = serialized.deserializeError(loader);
            }
            if (next.getClass().getName().startsWith("org.drlput.")) {
                ours = ours == null ? next : ours;
            }
            innermost = next;
        }
        return ours == null ? innermost : ours;
    }

    static String message(Throwable reason) {
        String text = reason.getMessage();
        return text == null ? reason.getClass().getSimpleName() : text;
    }
}
