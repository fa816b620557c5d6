package org.drlput.common.delay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code delays.json}: what the first pass made of outcomes that come late.
 *
 * @param observedUntil ISO 8601, UTC: until when outcomes were watched
 */
public record Delays(int formatVersion, String observedUntil, List<Late> outcomes) {
    public static final String NAME = "delays.json";
    public static final int FORMAT_VERSION = 1;

    private static final int POINTS = 64;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /**
     * One outcome.
     *
     * @param followedMillis for how long somebody was watched, at most the window
     * @param rows training rows that the curve is of, and {@code seen} those whose outcome was seen
     * @param seenShare mean chance, over all rows, that an outcome which comes has been seen: the others are made up for
     * @param curve of the delay
     */
    public record Late(
            String outcome,
            long windowMillis,
            long followedMillis,
            long rows,
            long seen,
            double seenShare,
            List<Point> curve) {}

    /** So long after the request, this share of the outcomes that come within the window has come. */
    public record Point(long millis, double seenWithin) {}

    /** A curve in a few points. */
    public static List<Point> points(SurvivalCurve curve) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i <= POINTS; i++) {
            long millis = Math.round((double) curve.followedMillis() / POINTS * i);
            points.add(new Point(millis, curve.seenWithin(millis)));
        }
        return points;
    }

    public byte[] toJson() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers can be written", e);
        }
    }
}
