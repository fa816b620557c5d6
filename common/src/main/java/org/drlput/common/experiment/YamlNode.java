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

    record Scalar(int line, int column, String text, Kind kind) implements YamlNode {
        enum Kind {
            STRING,
            INTEGER,
            FLOAT,
            BOOLEAN,
            NULL
        }

        @Override
        public String describe() {
            return kind == Kind.NULL ? "nothing" : kind == Kind.STRING ? "'" + shortened() + "'" : text;
        }

        private String shortened() {
            return text.length() <= 60 ? text : text.substring(0, 57) + "...";
        }
    }

    record Sequence(int line, int column, List<YamlNode> items) implements YamlNode {
        @Override
        public String describe() {
            return "a list";
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
