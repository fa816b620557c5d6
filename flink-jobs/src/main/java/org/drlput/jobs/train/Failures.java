package org.drlput.jobs.train;

import org.apache.flink.util.SerializedThrowable;

/** Finds what a person wants to read in what Flink wraps around it. */
public final class Failures {
    private static final String OURS = "org.drlput.";

    private Failures() {}

    /** The message of the outermost exception of ours, else that of the innermost of all. */
    public static String message(Throwable failure) {
        String innermost = "";
        for (Throwable next = failure; next != null; next = next.getCause()) {
            innermost = text(next);
            if (className(next).startsWith(OURS)) {
                break;
            }
        }
        return innermost;
    }

    private static String className(Throwable e) {
        // what can not be serialized travels as its name and its message
        return e instanceof SerializedThrowable serialized
                ? serialized.getOriginalErrorClassName()
                : e.getClass().getName();
    }

    private static String text(Throwable e) {
        String message = e.getMessage();
        if (message == null) {
            return e.getClass().getSimpleName();
        }
        String prefix = className(e) + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }
}
