package org.drlput.jobs.report;

import org.drlput.common.gate.GateDecision.Finding;
import org.drlput.common.gate.GateDecision.Result;
import org.drlput.jobs.report.Summary.GateSummary;

/** What to use of the run: whether its best version may be served, and what that was decided by. */
final class GateSection {
    private GateSection() {}

    static void write(Html html, RunData run) {
        GateSummary gate = run.summary().gate();
        if (gate == null) {
            return;
        }
        html.raw("<section id=\"gate\">").element("h2", "", "What to use of this run");
        if (gate.verdict() != null) {
            html.element("p", "lead", sentence(gate.verdict()));
        }
        html.element("p", "note", text(run.summary().version(), gate));
        if (!gate.findings().isEmpty()) {
            html.raw("<div class=\"scroll\"><table class=\"findings\"><thead><tr>")
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

    /** In a line of the console it follows a label. */
    private static String sentence(String verdict) {
        return "Use " + verdict + ".";
    }

    private static String text(long last, GateSummary gate) {
        Long asked = gate.version();
        String other = asked == null || asked == last
                ? ""
                : " The figures above and below are of the run's last version, %d.".formatted(last);
        return decision(asked == null ? last : asked, gate) + other;
    }

    private static String decision(long version, GateSummary gate) {
        String stable = gate.stable() == null ? "there is no stable yet" : "stable is version " + gate.stable();
        String judged = gate.source().isEmpty() ? "" : " Judged by " + gate.source() + ".";
        return switch (gate.decision()) {
            case PROMOTED -> "The gate let version %d pass: it is stable now.%s".formatted(version, judged);
            case ADVISED ->
                "The gate lets version %d pass. The experiment does not ask to move it: %s.%s"
                        .formatted(version, stable, judged);
            case HELD -> "The gate holds version %d: %s.%s".formatted(version, stable, judged);
            case FIXED_ACTION -> "The gate was not asked: %s. %s.".formatted(gate.problem(), capital(stable));
            case NOT_ASKED -> "The gate could not be asked: %s. %s.".formatted(gate.problem(), capital(stable));
        };
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String met(Result result) {
        return switch (result) {
            case MET -> "yes";
            case NOT_MET -> "no";
            case NOT_KNOWN -> "not known";
        };
    }
}
