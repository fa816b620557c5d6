package org.drlput.jobs.report;

import java.util.ArrayList;
import java.util.List;
import org.drlput.common.estimate.Estimate;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.simulate.Truth;
import org.drlput.jobs.report.LineChart.BandPoint;
import org.drlput.jobs.report.LineChart.Point;
import org.drlput.jobs.report.LineChart.Reference;
import org.drlput.jobs.report.LineChart.Series;
import org.drlput.jobs.run.History;

/** How it got there: Relative Gain and Diversity of each version, and the reward of rows before they were trained on. */
final class LearningSection {
    private static final int MAX_POINTS = 300;
    /** Progressive reward is over so many of the history's lines. */
    private static final int WINDOW = 10;

    private final Html html;
    private final RunData run;
    private final List<Evaluation> evaluations;

    private LearningSection(Html html, RunData run) {
        this.html = html;
        this.run = run;
        evaluations = thinned(
                run.evaluations().stream().filter(e -> e.error() == null).toList());
    }

    static void write(Html html, RunData run) {
        LearningSection section = new LearningSection(html, run);
        html.raw("<section id=\"learning\">").element("h2", "", "How it learned");
        section.gain();
        html.raw("<div class=\"grid spaced\">");
        section.progressive();
        section.diversity();
        html.raw("</div></section>");
    }

    /** Every so many, and the last. */
    static <T> List<T> thinned(List<T> all) {
        int stride = (all.size() + MAX_POINTS - 1) / MAX_POINTS;
        if (stride <= 1) {
            return all;
        }
        List<T> some = new ArrayList<>();
        for (int i = (all.size() - 1) % stride; i < all.size(); i += stride) {
            some.add(all.get(i));
        }
        return some;
    }

    private void gain() {
        Figure.open(
                html,
                "Relative Gain over exploration traffic",
                run.truth() == null
                        ? "By version, with its 95 % interval."
                        : "By version, with its 95 % interval; the simulator's truth beside it.");
        if (evaluations.isEmpty()) {
            html.element("p", "empty", "No version was evaluated.");
        } else {
            LineChart chart = gainChart();
            html.raw(chart.draw(Frame.FULL)).raw(chart.draw(Frame.NARROW));
            Table.behind(
                    html,
                    List.of("Version", "Step", "Relative Gain", "from", "to", "true gain", "effective sample size"),
                    evaluations.stream().map(this::gainRow).toList());
        }
        Figure.close(html);
    }

    private LineChart gainChart() {
        List<Point> estimates = new ArrayList<>();
        List<Point> truths = new ArrayList<>();
        List<BandPoint> band = new ArrayList<>();
        for (Evaluation e : evaluations) {
            Interval gain = Interval.of(e.relativeGain());
            if (gain == null) {
                estimates.add(new Point(e.step(), Double.NaN, ""));
            } else {
                estimates.add(new Point(
                        e.step(), gain.value(), "version %d: %s".formatted(e.version(), Numbers.gain(gain.value()))));
                band.add(new BandPoint(e.step(), gain.low(), gain.high()));
            }
            TrueValue truth = run.trueValues().get(e.version());
            if (truth != null) {
                truths.add(new Point(
                        e.step(),
                        truth.relativeGain(),
                        "version %d, truly: %s".formatted(e.version(), Numbers.gain(truth.relativeGain()))));
            }
        }
        List<Series> series = new ArrayList<>();
        series.add(new Series("estimate", "learned", estimates));
        if (!truths.isEmpty()) {
            series.add(new Series("truth", "truth", truths));
        }
        return new LineChart(
                "Relative Gain by step, estimate with 95 % interval" + (truths.isEmpty() ? "" : " and truth"),
                "step",
                Numbers::compact,
                Numbers::gainTick,
                series,
                band,
                references(),
                true,
                LineChart.X_SPACING);
    }

    private List<Reference> references() {
        Truth truth = run.truth();
        if (truth == null) {
            return List.of();
        }
        double random = truth.random();
        double scale = Math.abs(random);
        return List.of(
                new Reference("oracle", "plain", (truth.oracle() - random) / scale),
                new Reference("best action", "plain", (truth.bestFixed().value() - random) / scale),
                new Reference("manual", "plain", (truth.manual().value() - random) / scale));
    }

    private List<String> gainRow(Evaluation e) {
        Estimate gain = e.relativeGain();
        Interval interval = Interval.of(gain);
        TrueValue truth = run.trueValues().get(e.version());
        return List.of(
                String.valueOf(e.version()),
                Numbers.count(e.step()),
                Interval.value(gain),
                interval == null ? "" : Numbers.gain(interval.low()),
                interval == null ? "" : Numbers.gain(interval.high()),
                truth == null ? "" : Numbers.gain(truth.relativeGain()),
                gain == null ? "" : Numbers.significant(gain.effectiveSampleSize(), 3));
    }

    /** Without the lines of waiting, before the first step and after the last. */
    private static List<History.Line> advancing(List<History.Line> history) {
        List<History.Line> lines = new ArrayList<>();
        for (History.Line line : history) {
            if (lines.isEmpty() || line.step() > lines.get(lines.size() - 1).step()) {
                lines.add(line);
            }
        }
        return lines;
    }

    private void progressive() {
        List<Point> policy = new ArrayList<>();
        List<Point> logged = new ArrayList<>();
        List<History.Line> lines = advancing(run.history());
        for (int i = 1; i < lines.size(); i++) {
            History.Line now = lines.get(i);
            History.Line before = lines.get(Math.max(0, i - WINDOW));
            double weights = now.metrics().weightSum() - before.metrics().weightSum();
            long rows = now.metrics().rows() - before.metrics().rows();
            if (weights > 0 && rows > 0) {
                double reward =
                        (now.metrics().weightedRewardSum() - before.metrics().weightedRewardSum()) / weights;
                double mean = (now.metrics().rewardSum() - before.metrics().rewardSum()) / rows;
                policy.add(new Point(now.step(), reward, "step %d: %s".formatted(now.step(), Numbers.measure(reward))));
                logged.add(new Point(now.step(), mean, "step %d: %s".formatted(now.step(), Numbers.measure(mean))));
            }
        }
        Figure.open(
                html,
                "Progressive reward",
                "Reward of the policy's choices, drawn from its probabilities, on rows before they were trained on; over %d"
                                .formatted(WINDOW)
                        + " seconds each.");
        if (policy.size() < 2) {
            html.element("p", "empty", "The run was too short for a curve.");
        } else {
            Figure.draw(
                    html,
                    new LineChart(
                            "Progressive reward by step, of the policy and of the logs",
                            "step",
                            Numbers::compact,
                            y -> Numbers.significant(y, 3),
                            List.of(
                                    new Series("policy", "learned", thinned(policy)),
                                    new Series("logs", "plain", thinned(logged))),
                            List.of(),
                            List.of(),
                            false,
                            LineChart.X_SPACING));
        }
        Figure.close(html);
    }

    private void diversity() {
        Figure.open(
                html,
                "Diversity",
                "Share of requests that get the most frequent action: near 100 % would mean that the state is ignored.");
        List<Point> points = new ArrayList<>();
        for (Evaluation e : evaluations) {
            Double diversity = e.diversity();
            points.add(new Point(
                    e.step(),
                    diversity == null ? Double.NaN : diversity,
                    "version %d: %s".formatted(e.version(), diversity == null ? "none" : Numbers.percent(diversity))));
        }
        List<Reference> references = run.truth() == null
                ? List.of()
                : List.of(new Reference("oracle", "truth", run.truth().oracleDiversity()));
        if (points.isEmpty()) {
            html.element("p", "empty", "No version was evaluated.");
        } else {
            Figure.draw(
                    html,
                    new LineChart(
                            "Diversity by step",
                            "step",
                            Numbers::compact,
                            Numbers::gainTick,
                            List.of(new Series("policy", "learned", points)),
                            List.of(),
                            references,
                            true,
                            LineChart.X_SPACING));
        }
        Figure.close(html);
    }
}
