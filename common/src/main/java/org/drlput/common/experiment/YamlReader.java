package org.drlput.common.experiment;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.YamlNode.Mapping;
import org.drlput.common.experiment.YamlNode.Scalar;
import org.drlput.common.experiment.YamlNode.Scalar.Kind;
import org.drlput.common.experiment.YamlNode.Sequence;
import org.jspecify.annotations.Nullable;

/** Reads YAML into nodes that know where they stand; duplicate keys, aliases and deep nesting are problems. */
final class YamlReader {
    private static final int MAX_DEPTH = 32;

    private final Problems problems;

    YamlReader(Problems problems) {
        this.problems = problems;
    }

    /** The document's mapping, or null where there is none: then a problem says why. */
    @Nullable
    Mapping read(String yaml) {
        if (yaml.indexOf('\0') >= 0) {
            problems.addToFile(0, 0, "is not a text file: expected YAML");
            return null;
        }
        try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                problems.addToFile(0, 0, "is empty: expected an experiment, which starts with formatVersion: 1");
                return null;
            }
            YamlNode document = node(parser, 0);
            if (!(document instanceof Mapping mapping)) {
                problems.add(
                        document,
                        "",
                        "found %s, expected an experiment of keys and values".formatted(document.describe()));
                return null;
            }
            if (parser.nextToken() != null) {
                JsonLocation at = parser.currentTokenLocation();
                problems.addToFile(at.getLineNr(), at.getColumnNr(), "found a second document, expected one");
            }
            return mapping;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String reason = e.getOriginalMessage().lines().findFirst().orElse("can not be read");
            problems.addToFile(
                    at == null ? 0 : at.getLineNr(), at == null ? 0 : at.getColumnNr(), "not valid YAML: " + reason);
            return null;
        } catch (IOException e) {
            problems.addToFile(0, 0, "can not be read: " + e.getMessage());
            return null;
        }
    }

    private YamlNode node(YAMLParser parser, int depth) throws IOException {
        JsonLocation at = parser.currentTokenLocation();
        int line = at.getLineNr();
        int column = at.getColumnNr();
        if (depth > MAX_DEPTH) {
            throw new com.fasterxml.jackson.core.JsonParseException(
                    parser, "nested deeper than %d levels".formatted(MAX_DEPTH), at);
        }
        if (parser.isCurrentAlias()) {
            problems.addToFile(
                    line, column, "found the alias *%s, expected the value itself".formatted(parser.getText()));
            return new Scalar(line, column, "", Kind.NULL);
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser, depth, line, column);
            case START_ARRAY -> {
                List<YamlNode> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(node(parser, depth + 1));
                }
                yield new Sequence(line, column, items);
            }
            case VALUE_NUMBER_INT -> new Scalar(line, column, parser.getText(), Kind.INTEGER);
            case VALUE_NUMBER_FLOAT -> new Scalar(line, column, parser.getText(), Kind.FLOAT);
            case VALUE_TRUE, VALUE_FALSE -> new Scalar(line, column, parser.getText(), Kind.BOOLEAN);
            case VALUE_NULL -> new Scalar(line, column, "", Kind.NULL);
            default -> new Scalar(line, column, parser.getText(), Kind.STRING);
        };
    }

    private Mapping mapping(YAMLParser parser, int depth, int line, int column) throws IOException {
        LinkedHashMap<String, YamlNode> values = new LinkedHashMap<>();
        Map<String, Scalar> keys = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            JsonLocation at = parser.currentTokenLocation();
            String key = parser.currentName();
            Scalar where = new Scalar(at.getLineNr(), at.getColumnNr(), key, Kind.STRING);
            parser.nextToken();
            YamlNode value = node(parser, depth + 1);
            if (values.put(key, value) != null) {
                problems.add(where, key, "stands here a second time: remove one of them");
            }
            keys.put(key, where);
        }
        return new Mapping(line, column, values, keys);
    }
}
