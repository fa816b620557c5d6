package org.drlput.common.experiment;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Experiment files for tests. */
final class Experiments {
    /** Only what is required. */
    static final String MINIMAL = """
            formatVersion: 1
            name: minimal
            features:
              - {name: ctr, type: numeric}
              - {name: country, type: categorical, vocabulary: [us, de]}
            actions:
              hyperparameters:
                - {name: w_click, levels: [0, 0.5, 1, 2], production: 1}
                - {name: reserve_price, levels: [0, 0.1], production: 0}
            reward:
              active: R0
              outcomes: {revenue: {column: revenue}}
              variants: {R0: {revenue: 1}}
            """;

    private static final Pattern TOP_LEVEL_KEY = Pattern.compile("(?m)^(\\w+):");

    private Experiments() {}

    /** The snippet, and after it those sections of the minimal experiment that it does not have: its lines keep their numbers. */
    static String with(String snippet) {
        Map<String, String> sections = sections();
        Matcher keys = TOP_LEVEL_KEY.matcher(snippet);
        while (keys.find()) {
            sections.remove(keys.group(1));
        }
        return snippet + String.join("", sections.values());
    }

    static String without(String section) {
        Map<String, String> sections = sections();
        if (sections.remove(section) == null) {
            throw new IllegalArgumentException("no section " + section);
        }
        return String.join("", sections.values());
    }

    private static Map<String, String> sections() {
        Map<String, String> sections = new LinkedHashMap<>();
        for (String section : MINIMAL.split("(?m)^(?=\\w)", -1)) {
            if (!section.isEmpty()) {
                sections.put(section.substring(0, section.indexOf(':')), section);
            }
        }
        return sections;
    }
}
