package org.drlput.jobs.report;

import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.common.experiment.Experiment.EstimatorName;
import org.drlput.jobs.report.Summary.TruthSummary;
import org.jspecify.annotations.Nullable;

/** The first screen: what was learned, what it gains and how sure that is. */
final class HeadlineSection {
    private final Html html;
    private final RunData run;
    private final @Nullable Interval gain;

    private HeadlineSection(Html html, RunData run) {
        this.html = html;
        this.run = run;
        gain = Interval.of(run.summary().relativeGain());
    }

    static void write(Html html, RunData run) {
        new HeadlineSection(html, run).write();
    }

    private void write() {
        html.raw("<header class=\"hero\">");
        html.open("p", "eyebrow")
                .text(run.experiment().name())
                .raw("<span class=\"sep\"></span>")
                .text("version " + run.summary().version())
                .raw("<span class=\"sep\"></span>")
                .text(date())
                .close("p");
        html.element("h1", "", title());
        html.element("p", "lead", lead());
        html.raw("<ul class=\"cards\">");
        gainCard();
        if (run.summary().truth() == null) {
            manualCard();
        } else {
            truthCard(run.summary().truth());
        }
        diversityCard();
        speedCard();
        html.raw("</ul>");
        if (run.summary().truth() != null) {
            Ladder.write(html, run.summary().truth());
        }
        html.raw("</header>");
    }

    private String date() {
        String started = run.info().startedAt();
        return started.length() >= 16 ? started.substring(0, 10) + " " + started.substring(11, 16) + " UTC" : started;
    }

    private String title() {
        if (gain == null) {
            return "Not enough evidence for an estimate";
        }
        if (gain.low() > 0) {
            return "The policy earns " + Numbers.percent(gain.value()) + " more than exploration traffic";
        }
        return gain.high() < 0
                ? "The policy earns less than exploration traffic"
                : "No difference from exploration traffic is proven";
    }

    private String lead() {
        Estimate estimate = run.summary().relativeGain();
        if (estimate == null) {
            return "No version could be evaluated.";
        }
        String heldOut = Numbers.count(run.firstPass().holdoutSampleRows());
        String matched = Numbers.count(estimate.matchedRows());
        if (gain == null) {
            String reason = estimate.reason() == null ? "" : " " + estimate.reason() + ".";
            return "Of %s held-out requests %s had the action that the policy would take, %s of them with a reward.%s"
                    .formatted(heldOut, matched, Numbers.count(estimate.rewardedRows()), reason);
        }
        return ("Reward %s per request, 95 %% interval %s, by %s on %s held-out requests, of which %s had the action that the"
                        + " policy takes.")
                .formatted(
                        run.experiment().reward().active(),
                        gain,
                        EstimatorName.label(estimate.estimator()),
                        heldOut,
                        matched);
    }

    private void card(String title, String value, String detail, String state) {
        html.raw("<li class=\"card\">")
                .element("h2", "", title)
                .element("p", "value " + state, value)
                .element("p", "detail", detail)
                .raw("</li>");
    }

    private void gainCard() {
        if (gain == null) {
            card("Relative Gain", "no estimate", "neither a value nor an interval would mean anything", "");
            return;
        }
        TruthSummary truth = run.summary().truth();
        String detail = truth == null
                ? gain + " over exploration traffic"
                : "truly %s, %s the interval"
                        .formatted(
                                Numbers.gain(truth.relativeGain()),
                                gain.holds(truth.relativeGain()) ? "inside" : "outside");
        card("Relative Gain", Numbers.gain(gain.value()), detail, gain.low() > 0 ? "good" : "");
    }

    private void manualCard() {
        Evaluation last = run.last();
        Estimate headline = run.summary().relativeGain();
        PolicyEstimates estimates =
                last == null || headline == null ? null : last.estimates().get(headline.estimator());
        Interval over = estimates == null ? null : Interval.of(estimates.gainOverManual());
        if (over == null) {
            card("Over the manual setting", "no estimate", "too few requests had the manual setting's action", "");
            return;
        }
        card(
                "Over the manual setting",
                Numbers.gain(over.value()),
                "95 % interval " + over,
                over.low() > 0 ? "good" : "");
    }

    private void truthCard(TruthSummary truth) {
        card(
                "Gap closed",
                Numbers.percent(truth.gapClosed()),
                "of the way from the best single action to the oracle; truth of the simulator",
                truth.gapClosed() > 0 ? "good" : "");
    }

    private void diversityCard() {
        Double diversity = run.summary().diversity();
        if (diversity == null) {
            card("Diversity", "none", "no row to judge by", "");
            return;
        }
        double most = run.experiment().versions().gate().maxDiversity();
        String verdict =
                diversity <= most ? "of requests get the most frequent action" : "the state is all but ignored";
        String oracle = run.summary().truth() == null
                ? ""
                : "; the oracle's: " + Numbers.percent(run.summary().truth().oracleDiversity());
        card("Diversity", Numbers.percent(diversity), verdict + oracle, diversity <= most ? "" : "bad");
    }

    private void speedCard() {
        Summary summary = run.summary();
        card(
                "Training",
                Numbers.seconds(summary.seconds()),
                "%s rows, %s rows/s, %s"
                        .formatted(
                                Numbers.count(summary.rowsTrained()),
                                Numbers.count(summary.rowsPerSecond()),
                                workers(summary)),
                "");
    }

    private static String workers(Summary summary) {
        return "%d worker%s, %d shard%s"
                .formatted(
                        summary.parallelism(),
                        summary.parallelism() == 1 ? "" : "s",
                        summary.shards(),
                        summary.shards() == 1 ? "" : "s");
    }
}
