package org.drlput.jobs.report;

/** The size of a drawing and the margins around its plot, in pixels. Each chart is drawn twice; the style sheet shows one. */
record Frame(String cssClass, int width, int height, int left, int right, int top, int bottom) {
    static final Frame WIDE = new Frame("wide", 600, 300, 58, 116, 12, 42);
    /** Over both columns of the page. */
    static final Frame FULL = new Frame("wide", 1180, 340, 58, 116, 12, 42);

    static final Frame NARROW = new Frame("narrow", 342, 260, 50, 84, 12, 42);

    boolean small() {
        return width < 500;
    }

    Frame withHeight(int newHeight) {
        return new Frame(cssClass, width, newHeight, left, right, top, bottom);
    }

    Frame withMargins(int newLeft, int newRight) {
        return new Frame(cssClass, width, height, newLeft, newRight, top, bottom);
    }

    double x0() {
        return left;
    }

    double x1() {
        return (double) width - right;
    }

    /** Of the plot's foot: y grows downwards. */
    double y0() {
        return (double) height - bottom;
    }

    double y1() {
        return top;
    }
}
