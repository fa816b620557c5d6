package org.drlput.common.gate;

import java.util.List;
import java.util.stream.Collectors;

/** What the gate found, rule by rule. A version passes if every rule is met. */
public record GateDecision(List<Finding> findings) {
    public GateDecision {
        findings = List.copyOf(findings);
    }

    /** @param text what was found, and for a rule that is not met what was asked */
    public record Finding(String rule, Result result, String text) {}

    public enum Result {
        MET,
        NOT_MET,
        /** There is no estimate that can be believed: that holds a version too. */
        NOT_KNOWN
    }

    public boolean passes() {
        return findings.stream().allMatch(finding -> finding.result() == Result.MET);
    }

    /** Why it is held, or what it has shown: one line, for the audit trail. */
    public String reason() {
        return findings.stream()
                .filter(finding -> passes() || finding.result() != Result.MET)
                .map(Finding::text)
                .collect(Collectors.joining("; "));
    }
}
