package org.drlput.jobs.train;

import io.grpc.Status;
import java.util.Set;
import org.apache.flink.util.SerializedThrowable;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.experiment.ExperimentException;
import org.drlput.common.log.LogException;

/**
 * Tells failures that a restart can cure (a dead worker, a restarted shard, a dropped connection) from those that it can not, and
 * finds what a person wants to read in what Flink wraps around one.
 */
public final class Failures {
    private static final String OURS = "org.drlput.";

    /** What a shard refuses with where the same can never succeed, in any life. */
    private static final Set<Status.Code> INCURABLE = Set.of(
            Status.Code.INVALID_ARGUMENT, Status.Code.DATA_LOSS, Status.Code.NOT_FOUND, Status.Code.UNIMPLEMENTED);

    private Failures() {}

    /** What a task fails with: the same, but marked for Flink where nothing is gained by trying again. */
    static Throwable classified(Throwable failure) {
        boolean incurable = failure instanceof ExperimentException
                || failure instanceof LogException
                || failure instanceof ParameterServerException refused && INCURABLE.contains(refused.code());
        return incurable ? new IncurableException(message(failure), failure) : failure;
    }

    /** Whether a shard refused because it lives another life: opening it again helps, asking again does not. */
    static boolean otherLife(ParameterServerException refused) {
        return refused.code() == Status.Code.FAILED_PRECONDITION;
    }

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
