package org.drlput.jobs.report;

/** A chart with its heading and one sentence that says what to see in it. */
final class Figure {
    private Figure() {}

    static void open(Html html, String title, String note) {
        html.raw("<figure>").element("h3", "", title);
        if (!note.isEmpty()) {
            html.element("p", "note", note);
        }
    }

    /** Both sizes; the style sheet shows the one that fits. */
    static void draw(Html html, LineChart chart) {
        html.raw(chart.draw(Frame.WIDE)).raw(chart.draw(Frame.NARROW));
    }

    static void close(Html html) {
        html.raw("</figure>");
    }
}
