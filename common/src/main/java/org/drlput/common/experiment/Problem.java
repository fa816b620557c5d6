package org.drlput.common.experiment;

/**
 * One thing that is wrong with an experiment file.
 *
 * @param line from 1; 0 where the whole file is meant
 * @param path where in the document, as {@code features[3].dimension}
 * @param text what was found, what was expected, what to do
 */
public record Problem(String source, int line, int column, String path, String text) {
    /** A key may be as long as the file; a message is read by a person. */
    private static final int MAX_PATH = 200;

    public Problem {
        path = oneLine(path.length() <= MAX_PATH ? path : path.substring(0, MAX_PATH) + "...");
        text = oneLine(text);
    }

    /** What the file holds may break lines or steer a terminal; a message does neither. */
    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ").strip();
    }

    @Override
    public String toString() {
        String where = line > 0 ? "%s:%d:%d".formatted(source, line, column) : source;
        return path.isEmpty() ? where + ": " + text : where + ": " + path + ": " + text;
    }
}
