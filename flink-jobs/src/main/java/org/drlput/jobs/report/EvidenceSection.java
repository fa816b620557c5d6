package org.drlput.jobs.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.Evaluation.SegmentEvaluation;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.jobs.report.Summary.TruthSummary;

/** How sure the gain is: estimators side by side, and by segment. */
final class EvidenceSection {
    private final Html html;
    private final RunData run;
    private final Evaluation last;

    private EvidenceSection(Html html, RunData run, Evaluation last) {
        this.html = html;
        this.run = run;
        this.last = last;
    }

    static void write(Html html, RunData run) {
        Evaluation last = run.last();
        if (last == null || last.rows() == 0) {
            return;
        }
        EvidenceSection section = new EvidenceSection(html, run, last);
        html.raw("<section id=\"evidence\">").element("h2", "", "How sure is that?");
        section.estimators();
        section.segments();
        html.raw("</section>");
    }

    private void estimators() {
        TruthSummary truth = run.summary().truth();
        double overBehaviour = truth == null ? Double.NaN : truth.relativeGain();
        double overManual = truth == null ? Double.NaN : (truth.learned() - truth.manual()) / Math.abs(truth.manual());
        List<Estimate> all = new ArrayList<>();
        last.estimates().values().forEach(e -> {
            all.add(e.relativeGain());
            all.add(e.gainOverManual());
        });
        Forest forest = new Forest(all, overBehaviour, overManual);
        html.element("h3", "", "Estimators side by side");
        html.element("p", "note", note(truth != null));
        tableHead(List.of("Estimator", "Gain over", "Estimate", "95 % interval"));
        for (Map.Entry<String, PolicyEstimates> entry : last.estimates().entrySet()) {
            row(entry.getKey(), "exploration traffic", entry.getValue().relativeGain(), forest, overBehaviour);
        }
        for (Map.Entry<String, PolicyEstimates> entry : last.estimates().entrySet()) {
            row(entry.getKey(), "the manual setting", entry.getValue().gainOverManual(), forest, overManual);
        }
        html.raw("</tbody></table></div>");
    }

    private String note(boolean truth) {
        return ("Of the newest version, %d, on %s held-out requests. An estimate counts if its effective sample size is at"
                        + " least %s and at least %d matched rows have a reward.%s")
                .formatted(
                        last.version(),
                        Numbers.count(last.rows()),
                        Numbers.significant(run.experiment().evaluation().minEffectiveSampleSize(), 4),
                        run.experiment().evaluation().minRewardedRows(),
                        truth ? " The diamond is the simulator's truth." : "");
    }

    private void tableHead(List<String> leading) {
        html.raw("<div class=\"scroll\"><table class=\"evidence\"><thead><tr>");
        for (String head : leading) {
            html.raw("<th scope=\"col\">").text(head).raw("</th>");
        }
        html.raw("<th scope=\"col\" class=\"forest-head\"><span class=\"hidden\">Interval drawn</span></th>");
        for (String head : List.of("Effective sample", "Matched rows", "Rewarded", "Largest weight")) {
            html.raw("<th scope=\"col\" class=\"n\">").text(head).raw("</th>");
        }
        html.raw("</tr></thead><tbody>");
    }

    private void row(String estimator, String over, Estimate estimate, Forest forest, double truth) {
        html.raw("<tr><th scope=\"row\">")
                .text(estimator.toUpperCase(Locale.ROOT))
                .raw("</th>")
                .element("td", "", over);
        cells(estimate, forest, truth);
        html.raw("</tr>");
    }

    private void cells(Estimate estimate, Forest forest, double truth) {
        Interval interval = Interval.of(estimate);
        html.element("td", "strong", Interval.value(estimate));
        if (interval != null) {
            html.element("td", "", interval);
        } else {
            String reason = estimate.reason();
            html.element("td", "muted", reason == null ? "too few matched rows" : reason);
        }
        html.raw("<td>").raw(forest.cell(estimate, truth)).raw("</td>");
        html.element("td", "n", Numbers.significant(estimate.effectiveSampleSize(), 4))
                .element("td", "n", Numbers.count(estimate.matchedRows()))
                .element("td", "n", Numbers.count(estimate.rewardedRows()))
                .element("td", "n", Numbers.significant(estimate.largestWeight(), 4));
    }

    private void segments() {
        Map<String, List<SegmentEvaluation>> byFeature = new LinkedHashMap<>();
        for (SegmentEvaluation segment : last.segments()) {
            byFeature.computeIfAbsent(segment.feature(), f -> new ArrayList<>()).add(segment);
        }
        byFeature.forEach(this::segments);
    }

    private void segments(String feature, List<SegmentEvaluation> segments) {
        Forest forest = new Forest(
                segments.stream().map(SegmentEvaluation::relativeGain).toList());
        html.element("h3", "wide-title", "By " + feature);
        html.element(
                "p",
                "note",
                "Relative Gain over exploration traffic within each segment. A segment has few of the rows: its interval is"
                        + " wide.");
        tableHead(List.of(feature, "Rows", "Relative Gain", "95 % interval"));
        for (SegmentEvaluation segment : segments) {
            html.raw("<tr><th scope=\"row\">")
                    .text(segment.label())
                    .raw("</th>")
                    .element("td", "", Numbers.count(segment.rows()));
            cells(segment.relativeGain(), forest, Double.NaN);
            html.raw("</tr>");
        }
        html.raw("</tbody></table></div>");
    }
}
