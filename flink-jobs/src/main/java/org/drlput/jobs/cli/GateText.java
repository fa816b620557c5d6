package org.drlput.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.gate.GateDecision.Finding;
import org.drlput.common.gate.GateDecision.Result;
import org.drlput.common.ledger.AuditEntry;
import org.drlput.jobs.report.Summary.GateSummary;
import org.drlput.jobs.report.Summary.GateSummary.Decision;
import org.drlput.jobs.versions.GateQuestion;

/** What the gate decided, in a few lines: the verdict, then what was found, what is not met first. */
final class GateText {
    private GateText() {}

    static GateSummary summary(long version, GateQuestion.Answer answer) {
        AuditEntry entry = answer.outcome().entry();
        Decision decision = switch (entry.action()) {
            case PROMOTE -> Decision.PROMOTED;
            case ADVISE -> Decision.ADVISED;
            default -> Decision.HELD;
        };
        return new GateSummary(
                decision,
                version,
                entry.from(),
                entry.to(),
                answer.evidence().source(),
                answer.decision().findings(),
                null,
                null);
    }

    static List<String> lines(long version, GateSummary gate) {
        List<String> lines = new ArrayList<>();
        lines.add("%-15s%s".formatted("gate", verdict(version, gate)));
        for (Finding finding : gate.findings()) {
            if (finding.result() != Result.MET) {
                lines.add("%-15s- %s".formatted("", finding.text()));
            }
        }
        for (Finding finding : gate.findings()) {
            if (finding.result() == Result.MET) {
                lines.add("%-15s+ %s".formatted("", finding.text()));
            }
        }
        return lines;
    }

    private static String verdict(long version, GateSummary gate) {
        String stands = gate.stable() == null ? "there is no stable yet" : "stable stays at version " + gate.stable();
        String before = gate.stableBefore() == null ? "the first one" : "it stood at version " + gate.stableBefore();
        return switch (gate.decision()) {
            case PROMOTED -> "stable stands at version %d now, %s".formatted(version, before);
            case ADVISED ->
                "version %d may be stable, but nobody asked to move it; %s: drlput versions promote %d"
                        .formatted(version, stands, version);
            case HELD -> "version %d is held; %s".formatted(version, stands);
            case FIXED_ACTION -> "was not asked; %s".formatted(stands);
            case NOT_ASKED -> "was not asked: " + gate.problem();
        };
    }
}
