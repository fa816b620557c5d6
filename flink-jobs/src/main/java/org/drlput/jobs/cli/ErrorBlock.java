package org.drlput.jobs.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.experiment.ExperimentException;
import org.drlput.common.ledger.LedgerException;
import org.drlput.common.ledger.RefusedChangeException;
import org.drlput.common.log.LogException;
import org.drlput.common.simulate.SimulationException;
import org.drlput.common.version.VersionException;
import org.drlput.jobs.chaos.ChaosException;
import org.drlput.jobs.cluster.ClusterException;
import org.drlput.jobs.report.ReportException;
import org.drlput.jobs.train.TrainingException;
import org.drlput.server.ServerStartException;
import org.drlput.server.console.ConsoleException;

/** An exception in words: one block of lines, the first begins with {@code error:}, the others are indented. */
final class ErrorBlock {
    /** Chains of causes are short; one that loops would never end. */
    private static final int MAX_CAUSES = 50;

    /** C0 and C1 controls, separators of lines, and what turns the direction of text. */
    private static final Pattern CONTROL =
            Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]+");

    private ErrorBlock() {}

    static String of(Throwable thrown) {
        Throwable told = told(thrown);
        List<String> lines = new ArrayList<>();
        headline(told)
                .lines()
                .forEach(line ->
                        lines.add(lines.isEmpty() ? "error: " + line : line.startsWith("  ") ? line : "  " + line));
        if (told instanceof Failure failure) {
            failure.details().forEach(line -> lines.add("  " + line));
        } else if (told instanceof ExperimentException) {
            lines.add("  " + Failure.detailLine("to do", "correct the file; every key is in docs/experiment.md"));
        } else if (told instanceof OutOfMemoryError) {
            lines.add("  " + Failure.detailLine("to do", "allow more heap: DRLPUT_JAVA_OPTS=-Xmx8g drlput ..."));
        } else if (!understood(told)) {
            lines.add("  " + Failure.detailLine("where", place(told)));
            lines.add("  " + Failure.detailLine("to do", "run it again with --debug and report what it prints"));
        }
        return printable(String.join("\n", lines));
    }

    static String withStackTrace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return of(thrown) + "\n" + trace.toString().strip();
    }

    /** The one of the causes that says most to a user: the first that is meant for users, else the innermost. */
    private static Throwable told(Throwable thrown) {
        Throwable at = thrown;
        for (int i = 0; i < MAX_CAUSES && !understood(at); i++) {
            Throwable cause = at.getCause();
            if (cause == null) {
                return at;
            }
            at = cause;
        }
        return at;
    }

    /** Whether the message of this is made for users. */
    private static boolean understood(Throwable thrown) {
        return thrown instanceof Failure
                || thrown instanceof ExperimentException
                || thrown instanceof LogException
                || thrown instanceof SimulationException
                || thrown instanceof VersionException
                || thrown instanceof LedgerException
                || thrown instanceof RefusedChangeException
                || thrown instanceof ReportException
                || thrown instanceof TrainingException
                || thrown instanceof ClusterException
                || thrown instanceof ChaosException
                || thrown instanceof ParameterServerException
                || thrown instanceof ServerStartException
                || thrown instanceof ConsoleException
                || thrown instanceof OutOfMemoryError
                || thrown instanceof IOException;
    }

    private static String headline(Throwable told) {
        String message = told.getMessage();
        if (told instanceof OutOfMemoryError) {
            long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
            return "out of memory: a heap of %,d MiB does not suffice (%s)".formatted(mebibytes, message);
        }
        if (told instanceof FileSystemException failure) {
            return file(failure);
        }
        String text = message == null || message.isBlank() ? "no message" : message.strip();
        return understood(told) ? text : told.getClass().getSimpleName() + ": " + text;
    }

    private static String file(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return failure.getFile() + ": there is no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return failure.getFile() + ": access is denied: check its permissions";
        }
        String reason = failure.getReason();
        return failure.getFile() + ": " + (reason == null ? failure.getClass().getSimpleName() : reason);
    }

    private static String place(Throwable thrown) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (frame.getClassName().startsWith("org.drlput.")) {
                return frame.toString();
            }
        }
        return thrown.getStackTrace().length == 0 ? "unknown" : thrown.getStackTrace()[0].toString();
    }

    /** What comes from files may steer a terminal; a message does not. */
    static String printable(String text) {
        return text.lines().map(line -> CONTROL.matcher(line).replaceAll(" ")).collect(Collectors.joining("\n"));
    }
}
