package org.drlput.jobs.report;

import java.util.List;
import java.util.Locale;

/** An SVG drawing being written: shapes with a class, which the page's style sheet colours. One thread. */
final class Svg {
    private final StringBuilder out = new StringBuilder(1 << 12);

    /** Of one size in pixels, named for those who can not see it. */
    Svg(int width, int height, String cssClass, String label) {
        out.append(String.format(
                Locale.ROOT,
                "<svg class=\"%s\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">",
                cssClass,
                width,
                height,
                width,
                height,
                Html.escaped(label)));
    }

    private static String number(double value) {
        double rounded = Math.round(value * 10) / 10.0;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }

    Svg line(double x1, double y1, double x2, double y2, String cssClass) {
        out.append("<path class=\"%s\" d=\"M%s %sL%s %s\"/>"
                .formatted(cssClass, number(x1), number(y1), number(x2), number(y2)));
        return this;
    }

    /** One or more runs of points, {@code {x, y}}. */
    Svg path(List<List<double[]>> runs, String cssClass) {
        StringBuilder d = new StringBuilder();
        for (List<double[]> run : runs) {
            for (int i = 0; i < run.size(); i++) {
                d.append(i == 0 ? 'M' : 'L')
                        .append(number(run.get(i)[0]))
                        .append(' ')
                        .append(number(run.get(i)[1]));
            }
        }
        out.append("<path class=\"%s\" d=\"%s\"/>".formatted(cssClass, d));
        return this;
    }

    Svg area(List<double[]> outline, String cssClass) {
        StringBuilder d = new StringBuilder();
        for (int i = 0; i < outline.size(); i++) {
            d.append(i == 0 ? 'M' : 'L')
                    .append(number(outline.get(i)[0]))
                    .append(' ')
                    .append(number(outline.get(i)[1]));
        }
        out.append("<path class=\"%s\" d=\"%sZ\"/>".formatted(cssClass, d));
        return this;
    }

    /** A mark that tells {@code tip} under the pointer. */
    Svg circle(double x, double y, double radius, String cssClass, String tip) {
        out.append("<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\">%s</circle>"
                .formatted(cssClass, number(x), number(y), number(radius), title(tip)));
        return this;
    }

    Svg diamond(double x, double y, double radius, String cssClass, String tip) {
        out.append("<path class=\"%s\" d=\"M%s %sL%s %sL%s %sL%s %sZ\">%s</path>"
                .formatted(
                        cssClass,
                        number(x),
                        number(y - radius),
                        number(x + radius),
                        number(y),
                        number(x),
                        number(y + radius),
                        number(x - radius),
                        number(y),
                        title(tip)));
        return this;
    }

    Svg rect(double x, double y, double width, double height, String cssClass, String tip) {
        out.append("<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\">%s</rect>"
                .formatted(
                        cssClass,
                        number(x),
                        number(y),
                        number(Math.max(0, width)),
                        number(Math.max(0, height)),
                        title(tip)));
        return this;
    }

    /** {@code anchor}: start, middle or end. */
    Svg text(double x, double y, String anchor, String cssClass, String text) {
        out.append("<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>"
                .formatted(cssClass, number(x), number(y), anchor, Html.escaped(text)));
        return this;
    }

    private static String title(String tip) {
        return tip.isEmpty() ? "" : "<title>" + Html.escaped(tip) + "</title>";
    }

    @Override
    public String toString() {
        return out + "</svg>";
    }
}
