package org.drlput.jobs.report;

import java.util.List;
import org.drlput.common.experiment.TrainingPlan;
import org.drlput.jobs.report.LineChart.Point;
import org.drlput.jobs.report.LineChart.Series;
import org.drlput.jobs.run.History;

/** How fast it was. */
final class SpeedSection {
    private SpeedSection() {}

    static void write(Html html, RunData run) {
        html.raw("<section id=\"speed\">").element("h2", "", "Speed").raw("<div class=\"grid\">");
        curve(html, run);
        facts(html, run);
        html.raw("</div></section>");
    }

    private static void curve(Html html, RunData run) {
        Figure.open(html, "Training speed", "Rows per second, over the last ten seconds each.");
        List<Point> points = LearningSection.thinned(run.history()).stream()
                .map(line -> new Point(
                        line.seconds(),
                        line.rowsPerSecond(),
                        "%s: %s rows/s"
                                .formatted(
                                        Numbers.seconds(line.seconds()),
                                        Numbers.count(Math.round(line.rowsPerSecond())))))
                .toList();
        if (points.size() < 2) {
            html.element("p", "empty", "The run was too short for a curve.");
        } else {
            LineChart chart = new LineChart(
                    "Rows per second over the seconds of training",
                    "seconds of training",
                    Numbers::compact,
                    Numbers::compact,
                    List.of(new Series("", "learned", points)),
                    List.of(),
                    List.of(),
                    true,
                    LineChart.X_SPACING);
            html.raw(chart.draw(Frame.WIDE.withMargins(58, 20).withHeight(240)))
                    .raw(chart.draw(Frame.NARROW.withMargins(50, 14).withHeight(220)));
        }
        Figure.close(html);
    }

    private static void facts(Html html, RunData run) {
        Summary summary = run.summary();
        Figure.open(html, "Time and work", "");
        Double firstPass = run.info().firstPassSeconds();
        Double training = run.info().trainSeconds();
        History.Line last =
                run.history().isEmpty() ? null : run.history().get(run.history().size() - 1);
        Table.facts(
                html,
                List.of(
                        List.of("In all", Numbers.seconds(summary.seconds())),
                        List.of("First pass", firstPass == null ? "unknown" : Numbers.seconds(firstPass)),
                        List.of(
                                "Training, publishing, evaluation",
                                training == null ? "unknown" : Numbers.seconds(training)),
                        List.of("Steps", Numbers.count(summary.steps())),
                        List.of(
                                "Rows a step",
                                Numbers.count(run.experiment().training().rowsPerStep())),
                        List.of(
                                "Epochs",
                                Numbers.count(TrainingPlan.of(
                                                summary.rows(), run.experiment().training())
                                        .epochs())),
                        List.of("Versions", Numbers.count(run.evaluations().size())),
                        List.of("Refused micro-batches", Numbers.count(summary.refusedMicroBatches())),
                        List.of(
                                "Rows with a clipped weight",
                                last == null
                                        ? "unknown"
                                        : Numbers.count(last.metrics().clippedRows())),
                        List.of("Workers", Numbers.count(summary.parallelism())),
                        List.of("Shards", Numbers.count(summary.shards()))));
        Figure.close(html);
    }
}
