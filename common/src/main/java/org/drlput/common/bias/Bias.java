package org.drlput.common.bias;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code bias.json}: how exploration logs differ from all traffic.
 *
 * @param logRows rows of the logs that were compared
 * @param trafficRows rows of all traffic that they were compared with
 * @param features one a feature, the most different first
 * @param segments values that the logs have more or less of than all traffic beyond chance, the largest difference first
 * @param weights null where rows are not reweighted
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Bias(
        int formatVersion,
        long logRows,
        long trafficRows,
        List<FeatureDistance> features,
        List<SegmentShare> segments,
        @Nullable Weights weights) {

    public static final String NAME = "bias.json";
    static final int FORMAT_VERSION = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * How far the distributions of one feature lie apart: the share of rows whose value would have to be another one. Total
     * variation distance; of a feature of many values, the difference in the share of the one value that differs most.
     *
     * @param value unbiased: not greater for features of many values; about 0, and negative by chance, where nothing differs
     * @param low {@code high}: of a 95 % interval
     */
    public record FeatureDistance(String feature, double value, double low, double high) {
        /** Whether the logs differ beyond chance. */
        public boolean differs() {
            return low > 0;
        }
    }

    /**
     * How much of a value there is in the logs, and in all traffic.
     *
     * @param ratio logShare / trafficShare; {@code low}, {@code high}: of its 95 % interval
     */
    public record SegmentShare(
            String feature,
            String label,
            double logShare,
            double trafficShare,
            double ratio,
            double low,
            double high) {}

    /**
     * The weights that make the logs like all traffic.
     *
     * @param features that they are made of
     * @param largest the greatest weight; the mean is 1
     * @param capped share of the rows whose weight would have been greater than {@code traffic.maxWeight}
     * @param effectiveShare (Σw)² / (n Σw²): so much of the rows is left, as it were
     * @param distanceLeft the greatest distance of one of the features that is left
     */
    public record Weights(
            List<String> features, double largest, double capped, double effectiveShare, double distanceLeft) {}

    public byte[] toJson() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers can be written", e);
        }
    }

    /** @throws IOException where the file is not there, or none of this format: the message says so */
    public static Bias read(Path file) throws IOException {
        try {
            Bias bias = JSON.readValue(Files.readAllBytes(file), Bias.class);
            if (bias == null || bias.formatVersion() != FORMAT_VERSION) {
                throw new IOException("%s: formatVersion is %s, expected %d"
                        .formatted(file, bias == null ? "missing" : bias.formatVersion(), FORMAT_VERSION));
            }
            return bias;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "%s: is no comparison with all traffic: %s".formatted(file, e.getOriginalMessage()), e);
        }
    }
}
