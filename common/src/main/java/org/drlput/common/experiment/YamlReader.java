package org.drlput.common.experiment;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
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

    /** Only true and false are boolean: {@code no} is a country. */
    private static final YAMLFactory FACTORY = YAMLFactory.builder()
            .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
            .build();

    private final Problems problems;

    YamlReader(Problems problems) {
        this.problems = problems;
    }

    /** The document's mapping, or null where there is none: then a problem says why. */
    @Nullable
    Mapping read(String yaml) {
        if (yaml.chars().anyMatch(c -> c < ' ' && c != '\t' && c != '\n' && c != '\r')) {
            problems.addToFile(0, 0, "is not a text file, expected YAML");
            return null;
        }
        try (YAMLParser parser = FACTORY.createParser(yaml)) {
            if (parser.nextToken() == null) {
                problems.addToFile(0, 0, "is empty, expected an experiment, which starts with formatVersion: 1");
                return null;
            }
            YamlNode document = node(parser, "", 0);
            if (parser.nextToken() != null) {
                JsonLocation at = parser.currentTokenLocation();
                problems.addToFile(at.getLineNr(), at.getColumnNr(), "found a second document, expected one");
            }
            if (document instanceof Mapping mapping) {
                return mapping;
            }
            problems.add(
                    document, "", "found %s, expected an experiment of keys and values".formatted(document.describe()));
        } catch (JsonProcessingException e) {
            notYaml(e);
        } catch (IOException e) {
            problems.addToFile(0, 0, "can not be read: " + e);
        }
        return null;
    }

    private void notYaml(JsonProcessingException e) {
        if (e.getCause() instanceof org.yaml.snakeyaml.error.MarkedYAMLException marked
                && marked.getProblemMark() != null) {
            // Jackson's own location is that of the token before.
            int line = marked.getProblemMark().getLine() + 1;
            int column = marked.getProblemMark().getColumn() + 1;
            String context = marked.getContext() == null ? "" : " " + marked.getContext();
            if (marked.getContextMark() != null && marked.getContextMark().getLine() + 1 != line) {
                context += " that starts at line " + (marked.getContextMark().getLine() + 1);
            }
            problems.addToFile(line, column, "is not valid YAML%s: %s".formatted(context, marked.getProblem()));
            return;
        }
        JsonLocation at = e.getLocation();
        String reason = e.getOriginalMessage().lines().findFirst().orElse("it can not be read");
        if (reason.startsWith("Expected a field name")) {
            reason = "expected a key, which is a plain text";
        }
        problems.addToFile(
                at == null ? 0 : at.getLineNr(), at == null ? 0 : at.getColumnNr(), "is not valid YAML: " + reason);
    }

    private YamlNode node(YAMLParser parser, String path, int depth) throws IOException {
        JsonLocation at = parser.currentTokenLocation();
        int line = at.getLineNr();
        int column = at.getColumnNr();
        if (depth > MAX_DEPTH) {
            throw new JsonParseException(parser, "nested deeper than %d levels".formatted(MAX_DEPTH), at);
        }
        if (parser.isCurrentAlias()) {
            Scalar alias = new Scalar(line, column, parser.getText(), Kind.ALIAS);
            problems.add(alias, path, "found the alias *%s, expected the value itself".formatted(alias.text()));
            return alias;
        }
        if (parser.getTypeId() != null) {
            Scalar tag = new Scalar(line, column, parser.getTypeId(), Kind.STRING);
            problems.add(tag, path, "found the tag '%s', expected a value without one".formatted(tag.text()));
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser, path, depth, line, column);
            case START_ARRAY -> {
                List<YamlNode> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(node(parser, "%s[%d]".formatted(path, items.size()), depth + 1));
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

    private Mapping mapping(YAMLParser parser, String path, int depth, int line, int column) throws IOException {
        LinkedHashMap<String, YamlNode> values = new LinkedHashMap<>();
        Map<String, Scalar> keys = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            JsonLocation at = parser.currentTokenLocation();
            String key = parser.currentName();
            Scalar where = new Scalar(at.getLineNr(), at.getColumnNr(), key, Kind.STRING);
            parser.nextToken();
            String keyPath = path.isEmpty() ? key : path + "." + key;
            YamlNode value = node(parser, keyPath, depth + 1);
            Scalar first = keys.putIfAbsent(key, where);
            if (first == null) {
                values.put(key, value);
            } else {
                problems.add(where, keyPath, "stands at line %d already: remove one of them".formatted(first.line()));
            }
        }
        return new Mapping(line, column, values, keys);
    }
}
