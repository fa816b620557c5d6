package org.drlput.jobs.report;

import java.util.Locale;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.PolicyEstimates;
import org.drlput.jobs.report.Summary.TruthSummary;

/** The first screen: what was learned, what it gains and how sure that is. */
final class HeadlineSection {
    private final Html html;
    private final RunData run;

    private HeadlineSection(Html html, RunData run) {
        this.html = html;
        this.run = run;
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

    private boolean estimated() {
        Estimate gain = run.summary().relativeGain();
        return gain != null && gain.value() != null && gain.low() != null && gain.high() != null;
    }

    private String title() {
        Estimate gain = run.summary().relativeGain();
        if (!estimated() || gain == null) {
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
        Estimate gain = run.summary().relativeGain();
        long heldOut = run.firstPass().holdoutSampleRows();
        if (gain == null) {
            return "No version could be evaluated.";
        }
        if (!estimated()) {
            String reason = gain.reason() == null ? "" : " " + gain.reason() + ".";
            return "Of %s held-out requests %s had the action that the policy would take, %s of them with a reward.%s"
                    .formatted(
                            Numbers.count(heldOut),
                            Numbers.count(gain.matchedRows()),
                            Numbers.count(gain.rewardedRows()),
                            reason);
        }
        return "Reward %s per request, 95 %% interval %s to %s, by %s on %s held-out requests, of which %s had the action that the policy takes."
                .formatted(
                        run.experiment().reward().active(),
                        Numbers.gain(gain.low()),
                        Numbers.gain(gain.high()),
                        gain.estimator().toUpperCase(Locale.ROOT),
                        Numbers.count(heldOut),
                        Numbers.count(gain.matchedRows()));
    }

    private void card(String title, String value, String detail, String state) {
        html.raw("<li class=\"card\">")
                .element("h2", "", title)
                .element("p", "value " + state, value)
                .element("p", "detail", detail)
                .raw("</li>");
    }

    private void gainCard() {
        Estimate gain = run.summary().relativeGain();
        if (gain == null || !estimated()) {
            card("Relative Gain", "no estimate", "neither a value nor an interval would mean anything", "");
            return;
        }
        String state = gain.low() > 0 ? "good" : "";
        TruthSummary truth = run.summary().truth();
        String detail = truth == null
                ? "%s to %s over exploration traffic".formatted(Numbers.gain(gain.low()), Numbers.gain(gain.high()))
                : "truly %s, %s the interval"
                        .formatted(
                                Numbers.gain(truth.relativeGain()),
                                truth.relativeGain() >= gain.low() && truth.relativeGain() <= gain.high()
                                        ? "inside"
                                        : "outside");
        card("Relative Gain", Numbers.gain(gain.value()), detail, state);
    }

    private void manualCard() {
        Evaluation last = run.last();
        Estimate gain = run.summary().relativeGain();
        PolicyEstimates estimates =
                last == null || gain == null ? null : last.estimates().get(gain.estimator());
        Estimate over = estimates == null ? null : estimates.gainOverManual();
        if (over == null || over.value() == null || over.low() == null || over.high() == null) {
            card("Over the manual setting", "no estimate", "too few requests had the manual setting's action", "");
            return;
        }
        card(
                "Over the manual setting",
                Numbers.gain(over.value()),
                "95 %% interval %s to %s".formatted(Numbers.gain(over.low()), Numbers.gain(over.high())),
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
        String verdict = diversity <= most ? "of requests get the most frequent action" : "the state is all but ignored";
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
