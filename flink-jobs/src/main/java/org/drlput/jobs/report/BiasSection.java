package org.drlput.jobs.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.drlput.common.bias.Bias;
import org.drlput.common.bias.Bias.FeatureDistance;
import org.drlput.common.bias.Bias.SegmentShare;
import org.jspecify.annotations.Nullable;

/** How the logs differ from all traffic, where there is a sample of it. */
final class BiasSection {
    private static final int WIDTH = 220;
    private static final int HEIGHT = 22;
    private static final int PAD = 6;
    private static final int LISTED = 20;

    private BiasSection() {}

    static void write(Html html, @Nullable Bias bias) {
        if (bias == null) {
            return;
        }
        html.raw("<section id=\"traffic\">").element("h2", "", "The logs beside all traffic");
        html.element("p", "note", verdict(bias));
        Bias.Weights weights = bias.weights();
        if (weights != null) {
            html.element("p", "note", weights(weights));
        }
        distances(html, bias);
        segments(html, bias);
        html.raw("</section>");
    }

    /** In one sentence. */
    static String verdict(Bias bias) {
        long differ = bias.features().stream().filter(FeatureDistance::differs).count();
        String rows = "%s logged requests beside %s of all traffic"
                .formatted(Numbers.count(bias.logRows()), Numbers.count(bias.trafficRows()));
        if (differ == 0) {
            return rows + ": no feature differs beyond chance.";
        }
        FeatureDistance most = bias.features().get(0);
        return "%s: %d of %d features differ beyond chance, most of all %s (%s of the requests would need another value)."
                .formatted(rows, differ, bias.features().size(), most.feature(), Numbers.percent(most.value()));
    }

    private static String weights(Bias.Weights weights) {
        return String.format(
                Locale.ROOT,
                "Rows are reweighted by %s: the largest weight is %.2f, %s of the rows are capped, and what is left is worth %s of"
                        + " the rows. After that, the greatest distance of these features is %.4f.",
                String.join(", ", weights.features()),
                weights.largest(),
                Numbers.percent(weights.capped()),
                Numbers.percent(weights.effectiveShare()),
                weights.distanceLeft());
    }

    private static void distances(Html html, Bias bias) {
        double most = bias.features().stream()
                .mapToDouble(FeatureDistance::high)
                .max()
                .orElse(0);
        Axis axis = new Axis(0, Math.max(0.02, most), List.of());
        html.element("h3", "", "Distance by feature");
        html.element(
                "p",
                "note",
                "The share of requests whose value would have to be another one: 0 where the logs are like all traffic, 1 where they"
                        + " have nothing in common. Unbiased, so it may be a hair below 0.");
        html.raw(
                "<div class=\"scroll\"><table class=\"evidence\"><thead><tr><th scope=\"col\">Feature</th>"
                        + "<th scope=\"col\" class=\"n\">Distance</th><th scope=\"col\">95 % interval</th>"
                        + "<th scope=\"col\" class=\"forest-head\"><span class=\"hidden\">Interval drawn</span></th></tr></thead><tbody>");
        for (FeatureDistance feature : bias.features()) {
            html.raw("<tr><th scope=\"row\">").text(feature.feature()).raw("</th>");
            html.element("td", feature.differs() ? "n strong" : "n", decimals(feature.value()))
                    .element("td", "", decimals(feature.low()) + " to " + decimals(feature.high()))
                    .raw("<td>")
                    .raw(interval(axis, feature))
                    .raw("</td></tr>");
        }
        html.raw("</tbody></table></div>");
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.4f", value).replace("-", "\u2212");
    }

    private static String interval(Axis axis, FeatureDistance feature) {
        String label = "%s: %s".formatted(feature.feature(), decimals(feature.value()));
        Svg svg = new Svg(WIDTH, HEIGHT, "forest", label);
        double middle = HEIGHT / 2.0;
        svg.line(x(axis, 0), 0, x(axis, 0), HEIGHT, "zero");
        svg.line(x(axis, feature.low()), middle, x(axis, feature.high()), middle, "whisker");
        svg.circle(x(axis, feature.value()), middle, 4, "dot learned", label);
        return svg.toString();
    }

    private static double x(Axis axis, double value) {
        return Math.max(0, Math.min(WIDTH, axis.place(value, PAD, WIDTH - (double) PAD)));
    }

    private static void segments(Html html, Bias bias) {
        if (bias.segments().isEmpty()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (SegmentShare s :
                bias.segments().subList(0, Math.min(LISTED, bias.segments().size()))) {
            rows.add(List.of(
                    s.feature() + ": " + s.label(),
                    s.ratio() > 1 ? "over" : "under",
                    Numbers.percent(s.logShare()),
                    Numbers.percent(s.trafficShare()),
                    String.format(Locale.ROOT, "%.2f", s.ratio()),
                    String.format(Locale.ROOT, "%.2f to %.2f", s.low(), s.high())));
        }
        html.element("h3", "wide-title", "Segments with too many or too few rows");
        html.element(
                "p",
                "note",
                "Values whose share differs beyond chance, the largest difference first%s. Numbers are cut at the tenths of all traffic."
                        .formatted(
                                bias.segments().size() > LISTED
                                        ? ", %d of %d"
                                                .formatted(
                                                        LISTED, bias.segments().size())
                                        : ""));
        Table.write(
                html,
                "",
                List.of(
                        "Segment",
                        "represented",
                        "share of the logs",
                        "share of all traffic",
                        "ratio",
                        "95 % interval"),
                rows);
    }
}
