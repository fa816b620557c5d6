package org.drlput.jobs.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.estimate.Evaluation;
import org.drlput.common.estimate.Evaluation.ActionShare;
import org.drlput.common.estimate.Evaluation.Distribution;
import org.drlput.common.estimate.Evaluation.SegmentEvaluation;
import org.drlput.common.estimate.Evaluation.ValueShare;
import org.drlput.common.experiment.Experiment.Hyperparameter;
import org.drlput.jobs.report.LineChart.Point;
import org.drlput.jobs.report.LineChart.Reference;
import org.drlput.jobs.report.LineChart.Series;

/** What the newest version chooses: actions, hyperparameters, and whether they depend on who asks. */
final class ChoicesSection {
    private static final int LISTED_ACTIONS = 10;
    private static final int MAX_BARS = 200;

    private final Html html;
    private final RunData run;
    private final Evaluation last;
    private final ActionSpace actions;

    private ChoicesSection(Html html, RunData run, Evaluation last) {
        this.html = html;
        this.run = run;
        this.last = last;
        actions = ActionSpace.of(run.experiment().actions());
    }

    static void write(Html html, RunData run) {
        Evaluation last = run.last();
        if (last == null || last.rows() == 0) {
            return;
        }
        ChoicesSection section = new ChoicesSection(html, run, last);
        html.raw("<section id=\"choices\">")
                .element("h2", "", "What it chooses")
                .raw("<div class=\"grid\">");
        section.actions();
        section.hyperparameters();
        html.raw("</div>");
        section.personalization();
        html.raw("</section>");
    }

    private List<ActionShare> ranked() {
        return last.actions().stream()
                .sorted(Comparator.comparingLong(ActionShare::rows).reversed().thenComparingInt(ActionShare::action))
                .toList();
    }

    private String share(long rows) {
        return Numbers.percent((double) rows / last.rows());
    }

    private void actions() {
        List<ActionShare> ranked = ranked();
        Figure.open(
                html,
                "Actions",
                "Greedy actions on %s held-out requests, most frequent first: %d of %d actions are taken."
                        .formatted(Numbers.count(last.rows()), ranked.size(), actions.size()));
        html.raw(bars(ranked, Frame.WIDE.withMargins(58, 12).withHeight(200)))
                .raw(bars(ranked, Frame.NARROW.withMargins(50, 8).withHeight(180)));
        List<String> head = new ArrayList<>(List.of("Most frequent", "of requests"));
        free().forEach(h -> head.add(h.name()));
        Table.write(
                html,
                "",
                head,
                ranked.stream().limit(LISTED_ACTIONS).map(this::actionRow).toList());
        Figure.close(html);
    }

    private List<String> actionRow(ActionShare share) {
        List<String> row = new ArrayList<>(List.of("action " + share.action(), share(share.rows())));
        Map<String, Double> values = new LinkedHashMap<>();
        double[] decoded = actions.values(share.action());
        for (int h = 0; h < decoded.length; h++) {
            values.put(actions.names().get(h), decoded[h]);
        }
        for (Hyperparameter h : free()) {
            row.add(Numbers.significant(values.getOrDefault(h.name(), Double.NaN), 4));
        }
        return row;
    }

    private String bars(List<ActionShare> ranked, Frame frame) {
        double most = ranked.isEmpty() ? 1 : (double) ranked.get(0).rows() / last.rows();
        Axis y = Axis.of(0, most, 3);
        Svg svg = new Svg(
                frame.width(),
                frame.height(),
                "chart " + frame.cssClass(),
                "Share of requests by action, most frequent first; the first has " + Numbers.percent(most));
        for (double tick : y.ticks()) {
            double at = y.place(tick, frame.y0(), frame.y1());
            svg.line(frame.x0(), at, frame.x1(), at, tick == 0 ? "zero" : "grid");
            svg.text(frame.x0() - 8, at + 4, "end", "tick", Numbers.gainTick(tick));
        }
        int shown = Math.min(MAX_BARS, ranked.size());
        double width = (frame.x1() - frame.x0()) / Math.max(1, shown);
        for (int i = 0; i < shown; i++) {
            ActionShare action = ranked.get(i);
            double top = y.place((double) action.rows() / last.rows(), frame.y0(), frame.y1());
            svg.rect(
                    frame.x0() + i * width + width * 0.1,
                    top,
                    width * 0.8,
                    frame.y0() - top,
                    "bar",
                    "%s: action %d, %s"
                            .formatted(share(action.rows()), action.action(), actions.decoded(action.action())));
        }
        svg.text(
                (frame.x0() + frame.x1()) / 2, frame.height() - 14.0, "middle", "axis", "actions, most frequent first");
        return svg.toString();
    }

    private List<Hyperparameter> free() {
        return run.experiment().actions().hyperparameters().stream()
                .filter(h -> h.tiedTo() == null)
                .toList();
    }

    private String ties() {
        List<String> ties = run.experiment().actions().hyperparameters().stream()
                .filter(h -> h.tiedTo() != null)
                .map(h -> h.name() + " follows " + h.tiedTo())
                .toList();
        return ties.isEmpty() ? "" : " " + String.join(", ", ties) + ".";
    }

    private void hyperparameters() {
        Figure.open(
                html,
                "Hyperparameters",
                "How often each value is chosen; the outlined one is today's manual setting." + ties());
        for (Hyperparameter hyperparameter : free()) {
            Distribution distribution = last.hyperparameters().get(hyperparameter.name());
            if (distribution == null) {
                continue;
            }
            html.raw("<table class=\"bars\">")
                    .element("caption", "", hyperparameter.name())
                    .raw("<tbody>");
            double most = distribution.values().stream()
                    .mapToLong(ValueShare::rows)
                    .max()
                    .orElse(1);
            for (ValueShare value : distribution.values()) {
                boolean manual = (float) value.value() == (float) hyperparameter.production();
                html.raw(manual ? "<tr class=\"manual\">" : "<tr>")
                        .element("th", "", Numbers.significant(value.value(), 4) + (manual ? " (manual)" : ""))
                        .raw("<td class=\"barcell\"><span style=\"width:%d%%\"></span></td>"
                                .formatted(Math.round(100 * value.rows() / Math.max(1, most))))
                        .element("td", "n", share(value.rows()))
                        .raw("</tr>");
            }
            html.raw("</tbody></table>");
        }
        Figure.close(html);
    }

    /** Segments by their feature, in the experiment's order. */
    private Map<String, List<SegmentEvaluation>> byFeature() {
        Map<String, List<SegmentEvaluation>> byFeature = new LinkedHashMap<>();
        for (SegmentEvaluation segment : last.segments()) {
            byFeature.computeIfAbsent(segment.feature(), f -> new ArrayList<>()).add(segment);
        }
        return byFeature;
    }

    private void personalization() {
        byFeature().forEach((feature, segments) -> {
            if (segments.size() < 2) {
                return;
            }
            html.element("h3", "wide-title", "Does it personalize? Mean hyperparameters by " + feature);
            html.element(
                    "p",
                    "note",
                    ("From the lowest of %d segments to the highest; a flat line would mean that %s does not matter."
                                    + " Dashed: the manual setting.")
                            .formatted(segments.size(), feature));
            html.raw("<div class=\"multiples\">");
            for (Hyperparameter hyperparameter : free()) {
                multiple(hyperparameter, segments);
            }
            html.raw("</div>");
            List<String> head = new ArrayList<>(List.of(feature, "rows"));
            free().forEach(h -> head.add(h.name()));
            Table.behind(html, head, segments.stream().map(this::segmentRow).toList());
        });
    }

    private List<String> segmentRow(SegmentEvaluation segment) {
        List<String> row = new ArrayList<>(List.of(segment.label(), Numbers.count(segment.rows())));
        for (Hyperparameter h : free()) {
            row.add(Numbers.significant(segment.hyperparameters().getOrDefault(h.name(), Double.NaN), 3));
        }
        return row;
    }

    private void multiple(Hyperparameter hyperparameter, List<SegmentEvaluation> segments) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            double mean = segments.get(i).hyperparameters().getOrDefault(hyperparameter.name(), Double.NaN);
            points.add(new Point(
                    i + 1.0, mean, "%s: %s".formatted(segments.get(i).label(), Numbers.significant(mean, 3))));
        }
        String name = hyperparameter.name();
        LineChart chart = new LineChart(
                "Mean %s by segment".formatted(name),
                "segment",
                x -> Math.abs(x - Math.rint(x)) < 1e-6 ? String.valueOf(Math.round(x)) : "",
                y -> Numbers.significant(y, 3),
                List.of(new Series("", "learned", points)),
                List.of(),
                List.of(new Reference("manual", "plain", hyperparameter.production())),
                true,
                20);
        html.raw("<div>").element("h4", "", name);
        html.raw(chart.draw(new Frame("both", 342, 190, 40, 60, 10, 40))).raw("</div>");
    }
}
