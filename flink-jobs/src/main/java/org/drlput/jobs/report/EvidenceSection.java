package org.drlput.jobs.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.Evaluation.SegmentEvaluation;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.common.experiment.Experiment.EstimatorName;
import org.drlput.jobs.report.Summary.TruthSummary;
import org.jspecify.annotations.Nullable;

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
        tableHead(List.of("Estimator", "Estimate", "95 % interval"));
        group("Gain over exploration traffic");
        for (Map.Entry<String, PolicyEstimates> entry : last.estimates().entrySet()) {
            row(EstimatorName.label(entry.getKey()), entry.getValue().relativeGain(), forest, overBehaviour);
        }
        group("Gain over the manual setting");
        for (Map.Entry<String, PolicyEstimates> entry : last.estimates().entrySet()) {
            row(EstimatorName.label(entry.getKey()), entry.getValue().gainOverManual(), forest, overManual);
        }
        html.raw("</tbody></table></div>");
        intervals();
        outcomes();
    }

    /** Three kinds of intervals of each estimator, folded away. */
    private void intervals() {
        List<List<String>> rows = new ArrayList<>();
        last.estimates().forEach((name, estimates) -> {
            Estimate gain = estimates.relativeGain();
            rows.add(List.of(
                    EstimatorName.label(name),
                    Interval.value(gain),
                    interval(Interval.of(gain)),
                    interval(Interval.of(gain, Estimate.BOOTSTRAP)),
                    interval(Interval.of(gain, Estimate.EMPIRICAL_BERNSTEIN))));
        });
        html.raw("<details><summary>Other intervals of the gain over exploration traffic</summary>");
        html.element(
                "p",
                "note",
                "95 % each. Normal: by the delta method. Bootstrap: of 1,000 resamples. Empirical Bernstein: holds without any"
                        + " normality, so it is far wider. None of them knows of the bias of DM and of estimators that cut weights.");
        Table.write(html, "", List.of("Estimator", "Estimate", "Normal", "Bootstrap", "Empirical Bernstein"), rows);
        html.raw("</details>");
    }

    private static String interval(@Nullable Interval interval) {
        return interval == null ? "none" : interval.toString();
    }

    /** Each outcome by itself: what a guardrail looks at. */
    private void outcomes() {
        if (last.outcomes().size() < 2) {
            return;
        }
        Forest forest = new Forest(last.outcomes().values().stream()
                .map(PolicyEstimates::gainOverManual)
                .toList());
        html.element("h3", "wide-title", "Each outcome by itself");
        html.element("p", "note", "Gain over the manual setting of each outcome, whatever its part in the reward.");
        tableHead(List.of("Outcome", "Estimate", "95 % interval"));
        last.outcomes().forEach((name, estimates) -> row(name, estimates.gainOverManual(), forest, Double.NaN));
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
        for (String head : List.of("Effective sample", "Matched rows", "Rewarded", "Largest weight", "No support")) {
            html.raw("<th scope=\"col\" class=\"n\">").text(head).raw("</th>");
        }
        html.raw("</tr></thead><tbody>");
    }

    /** What the rows below are of; {@link #tableHead} has nine columns then. */
    private void group(String name) {
        html.raw("<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"9\">")
                .text(name)
                .raw("</th></tr>");
    }

    private void row(String name, Estimate estimate, Forest forest, double truth) {
        html.raw("<tr><th scope=\"row\">").text(name).raw("</th>");
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
                .element("td", "n", Numbers.significant(estimate.largestWeight(), 4))
                .element("td", "n", Numbers.percent(estimate.unsupportedShare()));
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
