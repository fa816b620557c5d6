package org.drlput.jobs.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.drlput.common.ledger.Who;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say who changes something, and why: both are recorded. */
final class ChangeBy {
    @Option(
            names = "--actor",
            paramLabel = "NAME",
            description = "Who does this, for the audit trail; default: user@host.")
    private @Nullable String actor;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit trail.")
    private @Nullable String reason;

    boolean hasReason() {
        return reason != null && !reason.isBlank();
    }

    Who who(String reasonByDefault) {
        return new Who(actor == null ? user() : actor, reason == null ? reasonByDefault : reason);
    }

    private static String user() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "localhost";
        }
        return System.getProperty("user.name", "unknown") + "@" + host;
    }
}
