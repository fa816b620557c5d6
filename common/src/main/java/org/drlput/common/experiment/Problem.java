package org.drlput.common.experiment;

/**
 * One thing that is wrong with an experiment file.
 *
 * @param line from 1; 0 where the whole file is meant
 * @param path where in the document, as {@code features[3].dimension}
 * @param text what was found, what was expected, what to do
 */
public record Problem(String source, int line, int column, String path, String text) {
    @Override
    public String toString() {
        String where = line > 0 ? "%s:%d:%d".formatted(source, line, column) : source;
        return path.isEmpty() ? where + ": " + text : where + ": " + path + ": " + text;
    }
}
