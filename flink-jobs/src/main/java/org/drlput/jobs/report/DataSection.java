package org.drlput.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.drlput.common.log.FirstPassResult;

/** What the logs are like: the first pass's audit. */
final class DataSection {
    private final Html html;
    private final RunData run;
    private final FirstPassResult audit;

    private DataSection(Html html, RunData run) {
        this.html = html;
        this.run = run;
        audit = run.firstPass();
    }

    static void write(Html html, RunData run) {
        DataSection section = new DataSection(html, run);
        html.raw("<section id=\"data\">").element("h2", "", "The logs");
        section.warnings();
        html.raw("<div class=\"grid\">");
        section.rows();
        section.support();
        html.raw("</div>");
        section.features();
        html.raw("</section>");
    }

    private void warnings() {
        if (audit.warnings().isEmpty()) {
            html.element("p", "ok", "The audit found nothing strange.");
            return;
        }
        html.raw("<ul class=\"warnings\">");
        audit.warnings().forEach(warning -> html.element("li", "", warning));
        html.raw("</ul>");
    }

    private void rows() {
        Figure.open(html, "Rows", "");
        double all = Math.max(1, audit.rows());
        html.raw("<div class=\"stack\" role=\"img\" aria-label=\"")
                .text("%s of rows train, %s are held out, %s were rejected"
                        .formatted(
                                Numbers.percent(audit.trainedRows() / all),
                                Numbers.percent(audit.heldOutRows() / all),
                                Numbers.percent(audit.rejectedRows() / all)))
                .raw("\">");
        part("learned", audit.trainedRows() / all);
        part("truth", audit.heldOutRows() / all);
        part("rejected", audit.rejectedRows() / all);
        html.raw("</div>");
        html.raw("<p class=\"legend\"><span class=\"learned\"></span>train <span class=\"truth\"></span>held out"
                + " <span class=\"rejected\"></span>rejected</p>");
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("read", audit.rows()));
        rows.add(row("train", audit.trainedRows()));
        rows.add(row("held out", audit.heldOutRows()));
        rows.add(row("in the hold-out sample", audit.holdoutSampleRows()));
        audit.rejected().forEach((cause, count) -> rows.add(row("rejected: " + cause, count)));
        if (audit.rejected().isEmpty()) {
            rows.add(row("rejected", 0));
        }
        Table.write(html, "", List.of("Rows", "number", "share"), rows);
        Figure.close(html);
    }

    private void part(String cssClass, double share) {
        if (share > 0) {
            html.raw(String.format(
                    Locale.ROOT, "<span class=\"%s\" style=\"width:%.3f%%\"></span>", cssClass, 100 * share));
        }
    }

    private List<String> row(String name, long count) {
        return List.of(name, Numbers.count(count), Numbers.percent((double) count / Math.max(1, audit.rows())));
    }

    private void support() {
        List<Long> counts = audit.actionCounts();
        long least = counts.stream().mapToLong(Long::longValue).min().orElse(0);
        long most = counts.stream().mapToLong(Long::longValue).max().orElse(0);
        long never = counts.stream().filter(count -> count == 0).count();
        Figure.open(html, "Support and propensities", "How often each action was logged, by action id.");
        html.raw(bars(counts, most, Frame.WIDE.withMargins(58, 12).withHeight(150)))
                .raw(bars(counts, most, Frame.NARROW.withMargins(50, 8).withHeight(150)));
        Table.facts(
                html,
                List.of(
                        List.of("Actions", Numbers.count(counts.size())),
                        List.of(
                                "Each was logged",
                                "%s to %s times".formatted(Numbers.count(least), Numbers.count(most))
                                        + (never > 0 ? ", %d never".formatted(never) : "")),
                        List.of(
                                "Behaviour declared",
                                run.experiment()
                                        .actions()
                                        .behaviour()
                                        .toString()
                                        .toLowerCase(Locale.ROOT)),
                        List.of(
                                "Propensities",
                                "%s to %s"
                                        .formatted(
                                                Numbers.measure(audit.minPropensity()),
                                                Numbers.measure(audit.maxPropensity()))),
                        List.of(
                                "Mean of 1 / (K propensity)",
                                String.format(
                                        Locale.ROOT,
                                        "%.4f (near 1 is right)",
                                        audit.meanInversePropensityOverActions())),
                        List.of(
                                "Reward " + run.experiment().reward().active(),
                                "mean %s, deviation %s"
                                        .formatted(
                                                Numbers.measure(audit.reward().mean()),
                                                Numbers.measure(audit.reward().deviation()))),
                        List.of("First request", audit.firstEventTime()),
                        List.of("Last request", audit.lastEventTime())));
        Figure.close(html);
    }

    private static String bars(List<Long> counts, long most, Frame frame) {
        Axis y = Axis.of(0, Math.max(1, most), 2);
        Svg svg = new Svg(frame.width(), frame.height(), "chart " + frame.cssClass(), "Logged rows by action id");
        for (double tick : y.ticks()) {
            double at = y.place(tick, frame.y0(), frame.y1());
            svg.line(frame.x0(), at, frame.x1(), at, tick == 0 ? "zero" : "grid");
            svg.text(frame.x0() - 8, at + 4, "end", "tick", Numbers.compact(tick));
        }
        // thousands of actions are drawn as means of neighbours
        int stride = (counts.size() + 199) / 200;
        int shown = (counts.size() + stride - 1) / stride;
        double width = (frame.x1() - frame.x0()) / Math.max(1, shown);
        for (int i = 0; i < shown; i++) {
            List<Long> some = counts.subList(i * stride, Math.min(counts.size(), (i + 1) * stride));
            double mean = some.stream().mapToLong(Long::longValue).average().orElse(0);
            double top = y.place(mean, frame.y0(), frame.y1());
            svg.rect(
                    frame.x0() + i * width + width * 0.1,
                    top,
                    width * 0.8,
                    frame.y0() - top,
                    "bar quiet",
                    "action %d: %s rows".formatted(i * stride, Numbers.count(Math.round(mean))));
        }
        svg.text((frame.x0() + frame.x1()) / 2, frame.height() - 14.0, "middle", "axis", "action id");
        return svg.toString();
    }

    private void features() {
        if (audit.numeric().isEmpty()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        audit.numeric()
                .forEach((name, s) -> rows.add(List.of(
                        name,
                        Numbers.measure(s.mean()),
                        Numbers.measure(s.deviation()),
                        Numbers.measure(s.min()),
                        Numbers.measure(s.max()),
                        Numbers.count(s.missing()),
                        Numbers.percent((double) s.missing() / Math.max(1, audit.trainedRows())))));
        html.element("h3", "wide-title", "Numeric features, over training rows");
        Table.write(
                html,
                "",
                List.of("Feature", "mean", "deviation", "least", "greatest", "missing", "share missing"),
                rows);
    }
}
