package org.drlput.jobs.report;

import org.drlput.common.gate.GateDecision.Finding;
import org.drlput.common.gate.GateDecision.Result;
import org.drlput.jobs.report.Summary.GateSummary;

/** Whether the run's last version may be served, and what that was decided by. */
final class GateSection {
    private GateSection() {}

    static void write(Html html, RunData run) {
        GateSummary gate = run.summary().gate();
        if (gate == null) {
            return;
        }
        html.raw("<section id=\"gate\">").element("h2", "", "May it be served?");
        html.element("p", "note", text(run.summary().version(), gate));
        if (!gate.findings().isEmpty()) {
            html.raw("<div class=\"scroll\"><table class=\"evidence\"><thead><tr>")
                    .raw("<th scope=\"col\">Rule</th><th scope=\"col\">Met</th><th scope=\"col\">What was found</th>")
                    .raw("</tr></thead><tbody>");
            for (Finding finding : gate.findings()) {
                html.raw("<tr><th scope=\"row\">").text(finding.rule()).raw("</th>");
                html.element("td", finding.result() == Result.MET ? "strong" : "", met(finding.result()));
                html.element("td", "", finding.text()).raw("</tr>");
            }
            html.raw("</tbody></table></div>");
        }
        html.raw("</section>");
    }

    private static String text(long version, GateSummary gate) {
        String stable = gate.stable() == null ? "there is no stable yet" : "stable is version " + gate.stable();
        String judged = gate.source().isEmpty() ? "" : " Judged by " + gate.source() + ".";
        return switch (gate.decision()) {
            case PROMOTED -> "The gate let version %d pass: it is stable now.%s".formatted(version, judged);
            case ADVISED ->
                "The gate lets version %d pass. The experiment does not ask to move it: %s.%s"
                        .formatted(version, stable, judged);
            case HELD -> "The gate holds version %d: %s.%s".formatted(version, stable, judged);
            case NOT_ASKED -> "The gate could not be asked: %s. %s.".formatted(gate.problem(), stable);
        };
    }

    private static String met(Result result) {
        return switch (result) {
            case MET -> "yes";
            case NOT_MET -> "no";
            case NOT_KNOWN -> "not known";
        };
    }
}
