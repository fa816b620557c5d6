package org.drlput.common.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.feature.CategoryTable;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.drlput.common.version.Version;

/**
 * What an exported file says about itself, as text by key: {@code drlput.format}, {@code drlput.version},
 * {@code drlput.weightsSha256}, {@code drlput.manifest} and {@code drlput.experiment} (the files), {@code drlput.encoder} (JSON: of
 * each feature, in the order of the network's input, how a value becomes an input) and {@code drlput.actions} (JSON: names of the
 * hyperparameters, their values by action, the manual action). docs/export.md describes them.
 */
final class ExportMetadata {
    /** Says which format and which revision of it a file is of. */
    static final String FORMAT_KEY = "drlput.format";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ExportMetadata() {}

    static Map<String, String> of(VersionFiles files, String format) {
        Version version = files.version();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(FORMAT_KEY, format);
        metadata.put("drlput.version", Long.toString(version.manifest().version()));
        metadata.put("drlput.weightsSha256", version.manifest().weightsSha256());
        metadata.put("drlput.manifest", files.manifestJson());
        metadata.put("drlput.experiment", files.experimentYaml());
        metadata.put("drlput.encoder", text(encoder(version.model().features(), version.statistics())));
        metadata.put("drlput.actions", text(actions(version.actions())));
        return metadata;
    }

    private static String text(JsonNode tree) {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of text and numbers can be written", e);
        }
    }

    private static JsonNode encoder(FeatureSpace space, Map<String, NumericStatistics> statistics) {
        ObjectNode encoder = JSON.createObjectNode();
        ArrayNode features = encoder.putArray("features");
        for (Numeric f : space.numeric()) {
            ObjectNode feature = feature(features, f.name(), "numeric");
            feature.put("missing", f.missing().name().toLowerCase(Locale.ROOT));
            NumericStatistics s = statistics.get(f.name());
            if (s != null) {
                feature.put("mean", s.mean()).put("deviation", s.deviation());
                feature.put("min", s.min()).put("max", s.max()).put("missingRows", s.missing());
            }
            if (f.period() > 0) {
                feature.put("period", f.period());
            }
        }
        for (Categorical f : space.categorical()) {
            ObjectNode feature = feature(features, f.name(), "categorical");
            table(feature, f.vocabulary(), f.hashBuckets(), CategoryTable.of(f));
        }
        for (MultiCategorical f : space.multiCategorical()) {
            ObjectNode feature = feature(features, f.name(), "multiCategorical");
            feature.put("count", OnnxEncoder.countName(f.name()));
            feature.put("pooling", f.pooling().name().toLowerCase(Locale.ROOT));
            table(feature, f.vocabulary(), f.hashBuckets(), CategoryTable.of(f));
        }
        return encoder;
    }

    private static ObjectNode feature(ArrayNode features, String name, String type) {
        return features.addObject().put("name", name).put("type", type).put("input", OnnxEncoder.inputName(name));
    }

    private static void table(ObjectNode feature, List<String> vocabulary, int hashBuckets, CategoryTable table) {
        feature.put("missingRow", table.missingRow());
        if (hashBuckets > 0) {
            feature.put("hash", "xxh64").put("seed", 0).put("hashBuckets", hashBuckets);
        } else {
            ArrayNode words = feature.putArray("vocabulary");
            vocabulary.forEach(words::add);
        }
    }

    private static JsonNode actions(ActionSpace space) {
        ObjectNode actions = JSON.createObjectNode();
        ArrayNode names = actions.putArray("hyperparameters");
        space.names().forEach(names::add);
        actions.put("manualAction", space.manualAction());
        ArrayNode values = actions.putArray("values");
        for (int action = 0; action < space.size(); action++) {
            ArrayNode row = values.addArray();
            for (double value : space.values(action)) {
                row.add(value);
            }
        }
        return actions;
    }
}
