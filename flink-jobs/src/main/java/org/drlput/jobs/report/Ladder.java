package org.drlput.jobs.report;

import java.util.List;
import org.drlput.jobs.report.Summary.TruthSummary;

/** Where the policy stands between chance and the oracle, on one line: known where the logs are simulated. */
final class Ladder {
    private Ladder() {}

    private record Rung(String name, double value, String cssClass) {}

    static void write(Html html, TruthSummary truth) {
        List<Rung> rungs = List.of(
                new Rung("random", truth.random(), "plain"),
                new Rung("manual setting", truth.manual(), "plain"),
                new Rung("best single action", truth.bestFixed(), "plain"),
                new Rung("this policy", truth.learned(), "learned"),
                new Rung("oracle", truth.oracle(), "truth"));
        html.raw("<div class=\"ladder\">")
                .element("h2", "", "True reward per request")
                .raw(draw(rungs, 1080, "wide"))
                .raw(drawTall(rungs))
                .raw("</div>");
    }

    private static String label(List<Rung> rungs) {
        StringBuilder text = new StringBuilder("True reward per request:");
        for (Rung rung : rungs) {
            text.append(' ')
                    .append(rung.name())
                    .append(' ')
                    .append(Numbers.measure(rung.value()))
                    .append(';');
        }
        return text.toString();
    }

    private static Axis axis(List<Rung> rungs) {
        double min = rungs.stream().mapToDouble(Rung::value).min().orElse(0);
        double max = rungs.stream().mapToDouble(Rung::value).max().orElse(1);
        double pad = Math.max(1e-9, (max - min) * 0.02);
        return new Axis(min - pad, max + pad, List.of());
    }

    /** Names alternate above and below the line, so that neighbours do not cover each other. */
    private static String draw(List<Rung> rungs, int width, String cssClass) {
        Axis axis = axis(rungs);
        double left = 60;
        double right = width - 60.0;
        Svg svg = new Svg(width, 96, "chart " + cssClass, label(rungs));
        svg.line(left, 48, right, 48, "track");
        for (int i = 0; i < rungs.size(); i++) {
            Rung rung = rungs.get(i);
            double x = axis.place(rung.value(), left, right);
            boolean above = i % 2 == 1;
            svg.circle(x, 48, rung.cssClass().equals("plain") ? 5 : 7, "rung " + rung.cssClass(), rung.name());
            svg.text(x, above ? 16 : 74, "middle", "rungname " + rung.cssClass(), rung.name());
            svg.text(x, above ? 32 : 90, "middle", "rungvalue", Numbers.measure(rung.value()));
        }
        return svg.toString();
    }

    /** For narrow screens: one rung a line. */
    private static String drawTall(List<Rung> rungs) {
        Axis axis = axis(rungs);
        int row = 34;
        Svg svg = new Svg(342, rungs.size() * row + 6, "chart narrow", label(rungs));
        for (int i = 0; i < rungs.size(); i++) {
            Rung rung = rungs.get(i);
            double y = i * row + 26.0;
            svg.text(2, y - 10, "start", "rungname " + rung.cssClass(), rung.name());
            svg.text(340, y - 10, "end", "rungvalue", Numbers.measure(rung.value()));
            svg.line(8, y, 334, y, "track");
            svg.circle(axis.place(rung.value(), 8, 334), y, 5, "rung " + rung.cssClass(), rung.name());
        }
        return svg.toString();
    }
}
