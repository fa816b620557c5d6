package org.drlput.common.experiment;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A YAML document with the line and column of each part, from 1. */
sealed interface YamlNode {
    int line();

    int column();

    /** What a message calls it. */
    String describe();

    /** A text as it stands in a message: on one line, not longer than a glance. */
    static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= 60 ? line : line.substring(0, 57) + "...";
    }

    record Scalar(int line, int column, String text, Kind kind) implements YamlNode {
        enum Kind {
            STRING,
            INTEGER,
            FLOAT,
            BOOLEAN,
            NULL,
            /** Of something else in the file: reported when read, so nobody reports it again. */
            ALIAS
        }

        @Override
        public String describe() {
            return switch (kind) {
                case NULL -> "nothing";
                // a key with nothing after it reads as an empty text
                case STRING -> text.isEmpty() ? "nothing" : "'" + shortened(text) + "'";
                default -> shortened(text);
            };
        }
    }

    record Sequence(int line, int column, List<YamlNode> items) implements YamlNode {
        @Override
        public String describe() {
            return items.isEmpty() ? "an empty list" : "a list";
        }
    }

    /** {@code keys}: where each key stands. */
    record Mapping(int line, int column, LinkedHashMap<String, YamlNode> values, Map<String, Scalar> keys)
            implements YamlNode {
        @Override
        public String describe() {
            return "a mapping";
        }
    }
}
