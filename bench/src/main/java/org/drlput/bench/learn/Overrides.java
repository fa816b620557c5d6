package org.drlput.bench.learn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;

/** An experiment file with some values replaced: {@code optimizer.learningRate=0.003}; {@code features.user=} and {@code objective.entropy=} leave one out. */
public final class Overrides {
    private static final YAMLMapper YAML = new YAMLMapper();

    private Overrides() {}

    /** What stands between arguments {@code --}: each a setting, the first one empty where nothing stands at all. */
    public static List<List<String>> settings(List<String> arguments) {
        List<List<String>> settings = new ArrayList<>();
        settings.add(new ArrayList<>());
        for (String argument : arguments) {
            if (argument.equals("--")) {
                settings.add(new ArrayList<>());
            } else {
                settings.get(settings.size() - 1).add(argument);
            }
        }
        if (settings.size() > 1 && settings.get(0).isEmpty()) {
            settings.remove(0);
        }
        return settings;
    }

    public static Experiment apply(byte[] experiment, List<String> overrides) throws IOException {
        return ExperimentLoader.parse(bytes(experiment, overrides), String.join(" ", overrides));
    }

    /** The changed file: JSON, which is YAML too. */
    public static byte[] bytes(byte[] experiment, List<String> overrides) throws IOException {
        JsonNode root = YAML.readTree(experiment);
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(override + ": expected KEY=VALUE");
            }
            set((ObjectNode) root, override.substring(0, equals).split("\\."), override.substring(equals + 1));
        }
        return new ObjectMapper().writeValueAsBytes(root);
    }

    private static void set(ObjectNode root, String[] path, String value) throws IOException {
        if (path[0].equals("features")) {
            setFeature((ArrayNode) root.get("features"), path, value);
            return;
        }
        ObjectNode node = root;
        for (int i = 0; i < path.length - 1; i++) {
            node = node.withObjectProperty(path[i]);
        }
        if (value.isEmpty()) {
            node.remove(path[path.length - 1]);
        } else {
            node.set(path[path.length - 1], YAML.readTree(value));
        }
    }

    private static void setFeature(ArrayNode features, String[] path, String value) throws IOException {
        for (int i = 0; i < features.size(); i++) {
            if (features.get(i).get("name").asText().equals(path[1])) {
                if (path.length == 2) {
                    features.remove(i);
                } else {
                    ((ObjectNode) features.get(i)).set(path[2], YAML.readTree(value));
                }
                return;
            }
        }
        throw new IllegalArgumentException("features." + path[1] + ": there is no such feature");
    }
}
