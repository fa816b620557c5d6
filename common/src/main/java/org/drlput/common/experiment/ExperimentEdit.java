package org.drlput.common.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Map;

/**
 * An experiment file with some of its values replaced, as a new file: studies run one experiment in many variants, and each variant
 * is a file of its own, so that its run can be told from its directory alone. Comments are lost, the order of the keys is kept.
 */
public final class ExperimentEdit {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();

    private ExperimentEdit() {}

    /**
     * The file with these values.
     *
     * @param yaml bytes of an experiment file that loads
     * @param values by key, as {@code training.seed}: numbers, texts, booleans, lists and maps of them; sections that are not
     *     there are made
     */
    public static byte[] with(byte[] yaml, Map<String, ?> values) {
        try {
            JsonNode root = YAML.readTree(yaml);
            if (!(root instanceof ObjectNode experiment)) {
                throw new IllegalArgumentException(
                        "an experiment file is a mapping of keys, found " + root.getNodeType());
            }
            values.forEach((key, value) -> set(experiment, key, value));
            return YAML.writeValueAsBytes(experiment);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("an experiment file that loads: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("an experiment file that loads", e);
        }
    }

    private static void set(ObjectNode root, String key, Object value) {
        String[] path = key.split("\\.", -1);
        ObjectNode section = root;
        for (int i = 0; i < path.length - 1; i++) {
            JsonNode next = section.get(path[i]);
            section = next instanceof ObjectNode there ? there : section.putObject(path[i]);
        }
        section.set(path[path.length - 1], YAML.valueToTree(value));
    }
}
