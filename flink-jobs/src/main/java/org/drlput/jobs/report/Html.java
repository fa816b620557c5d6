package org.drlput.jobs.report;

/**
 * HTML being written. Text goes through {@link #text} and attributes through {@link #escaped}; {@link #raw} is
 * for markup of this package alone. One thread.
 */
final class Html {
    private final StringBuilder out = new StringBuilder(1 << 16);

    Html raw(String markup) {
        out.append(markup);
        return this;
    }

    Html text(Object text) {
        out.append(escaped(String.valueOf(text)));
        return this;
    }

    /** {@code <tag class="...">text</tag>}; no class if empty. */
    Html element(String tag, String cssClass, Object text) {
        return open(tag, cssClass).text(text).close(tag);
    }

    Html open(String tag, String cssClass) {
        out.append('<').append(tag);
        if (!cssClass.isEmpty()) {
            out.append(" class=\"").append(escaped(cssClass)).append('"');
        }
        out.append('>');
        return this;
    }

    Html close(String tag) {
        out.append("</").append(tag).append('>');
        return this;
    }

    /** What comes from files may hold anything: markup, controls, halves of characters. */
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> {
                    boolean control = c < 0x20 && c != '\n' && c != '\t' || c >= 0x7f && c <= 0x9f;
                    boolean half = c >= 0xd800 && c <= 0xdfff;
                    safe.appendCodePoint(control || half || c > 0xfffd && c < 0x10000 ? 0xfffd : c);
                }
            }
        });
        return safe.toString();
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
