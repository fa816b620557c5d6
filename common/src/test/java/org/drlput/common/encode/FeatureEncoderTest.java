package org.drlput.common.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.experiment.Experiment.Categorical;
import org.drlput.common.experiment.Experiment.Missing;
import org.drlput.common.experiment.Experiment.MultiCategorical;
import org.drlput.common.experiment.Experiment.Numeric;
import org.drlput.common.experiment.Experiment.Pooling;
import org.drlput.common.feature.FeatureSpace;
import org.drlput.common.log.Block;
import org.drlput.common.log.FirstPassResult.NumericStatistics;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureEncoderTest {
    private static final float NONE = Float.NaN;

    private final FeatureSpace space = FeatureSpace.of(List.of(
            new Numeric("plain", Missing.REJECT, 0),
            new Numeric("mean", Missing.MEAN, 0),
            new Numeric("zero", Missing.ZERO, 0),
            new Numeric("hour", Missing.MEAN, 24),
            new Categorical("country", List.of("us", "de"), 0, 4),
            new MultiCategorical("interests", List.of("a", "b"), 0, 4, Pooling.MEAN)));

    private final FeatureEncoder encoder = new FeatureEncoder(
            space,
            Map.of(
                    "plain", new NumericStatistics(10, 2, 0, 20, 0),
                    "mean", new NumericStatistics(5, 4, 0, 20, 1),
                    "zero", new NumericStatistics(3, 1.5, 0, 20, 1),
                    "hour", new NumericStatistics(12, 7, 0, 23, 1)));

    /** Five rows; the third is held out, the fourth rejected. */
    private final Block block = new Block(
            5,
            new byte[] {Block.TRAIN, Block.TRAIN, Block.HELD_OUT, Block.REJECTED, Block.TRAIN},
            new float[][] {{10, 12, 14, 0, 8}, {9, NONE, 5, 0, 1}, {6, NONE, 3, 0, 0}, {6, NONE, 0, 0, 12}},
            new int[][] {{0, 1, 2, 0, 1}},
            new int[][] {{0, 2, 2, 3, 4, 5}},
            new int[][] {{0, 1, 2, 1, 0}},
            new int[] {3, 1, 4, 0, 5},
            new double[] {0.5, 0.25, 0.125, 1, 0.0625},
            new double[][] {{1, 2, 3, 0, 4}},
            new long[][] {{}});

    private final double[] rewards = {1, 2, 3, Double.NaN, 4};

    @Test
    void trainingRowsAreEncodedInTheGivenOrderByTheClosedForm() {
        EncodedBatch out = encoder.newBatch(4);

        int appended = encoder.encode(block, new int[] {4, 3, 2, 1, 0}, 0, 5, rewards, out);

        assertThat(appended).isEqualTo(3);
        assertThat(out.rowCount).isEqualTo(3);
        assertThat(space.numericWidth()).isEqualTo(8);
        float half = (float) StrictMath.sin(Math.PI);
        assertThat(out.numeric)
                .startsWith(
                        // plain, mean, missing, zero, missing, sine, cosine, missing
                        -1,
                        -1,
                        0,
                        -2,
                        0,
                        half,
                        -1,
                        0, //
                        1,
                        0,
                        1,
                        -2,
                        1,
                        0,
                        0,
                        1, //
                        0,
                        1,
                        0,
                        2,
                        0,
                        1,
                        (float) StrictMath.cos(Math.PI / 2),
                        0);
        assertThat(out.categorical[0]).startsWith(1, 1, 0);
        assertThat(out.bagOffsets[0]).startsWith(0, 1, 1, 3);
        assertThat(out.bags[0]).startsWith(0, 0, 1);
        assertThat(out.actionId).startsWith(5, 1, 3);
        assertThat(out.propensity).startsWith(0.0625f, 0.25f, 0.5f);
        assertThat(out.reward).startsWith(4, 2, 1);
    }

    @Test
    void aBatchMaySpanBlocks() {
        EncodedBatch whole = encoder.newBatch(8);
        EncodedBatch parts = encoder.newBatch(8);
        int[] order = {0, 1, 2, 3, 4};

        encoder.encode(block, order, 0, 5, rewards, whole);
        encoder.encode(block, order, 0, 2, rewards, parts);
        encoder.encode(block, order, 2, 3, rewards, parts);

        assertThat(parts.rowCount).isEqualTo(whole.rowCount);
        assertThat(parts.numeric).isEqualTo(whole.numeric);
        assertThat(parts.bagOffsets).isDeepEqualTo(whole.bagOffsets);
        assertThat(parts.bags).isDeepEqualTo(whole.bags);
        assertThat(parts.reward).isEqualTo(whole.reward);
    }

    @Test
    void aUsedBatchForgetsItsRows() {
        EncodedBatch out = encoder.newBatch(8);
        encoder.encodeAll(block, Block.TRAIN, rewards, out);
        out.rowCount = 0;

        encoder.encodeAll(block, Block.HELD_OUT, rewards, out);

        assertThat(out.rowCount).isEqualTo(1);
        assertThat(out.actionId[0]).isEqualTo(4);
        assertThat(out.bagOffsets[0]).startsWith(0, 1);
        assertThat(out.bags[0][0]).isEqualTo(2);
    }

    @Test
    void tooManyRowsAreRefused() {
        assertThatThrownBy(() -> encoder.encodeAll(block, Block.TRAIN, rewards, encoder.newBatch(2)))
                .hasMessage("3 rows behind 0: the batch has room for 2");
    }

    private static Map<String, Object> request() {
        Map<String, Object> request = new HashMap<>();
        request.put("plain", 12);
        request.put("mean", 9.0);
        request.put("zero", 6f);
        request.put("hour", 6L);
        request.put("country", "de");
        request.put("interests", List.of("b", "?"));
        return request;
    }

    @Test
    void aRequestIsEncodedAsALogRow() {
        EncodedBatch out = encoder.newBatch(1);

        assertThat(encoder.encodeRequest(request(), out)).isEmpty();

        assertThat(out.rowCount).isEqualTo(1);
        assertThat(out.numeric[0]).isEqualTo(1);
        assertThat(out.numeric[1]).isEqualTo(1);
        assertThat(out.numeric[3]).isEqualTo(2);
        // float32 rounding of a number near 1
        assertThat(out.numeric[5]).isCloseTo(1, within(1e-7f));
        assertThat(out.categorical[0][0]).isEqualTo(1);
        assertThat(out.bagOffsets[0]).startsWith(0, 2);
        assertThat(out.bags[0]).startsWith(1, 2);
    }

    @Test
    void missingFeaturesOfARequestAreReplacedAndNamed() {
        EncodedBatch out = encoder.newBatch(1);

        List<String> missing = encoder.encodeRequest(Map.of("plain", 10, "mean", Double.NaN), out);

        assertThat(missing).containsExactly("mean", "zero", "hour", "country", "interests");
        assertThat(out.numeric).containsExactly(0, 0, 1, -2, 1, 0, 0, 1);
        assertThat(out.categorical[0][0]).isEqualTo(2);
        assertThat(out.bagOffsets[0]).startsWith(0, 0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            plain| | feature 'plain' is missing: expected a number
            plain| ten| feature 'plain' is 'ten' (String): expected a number
            mean| 1e39| feature 'mean' is 1.0E39: infinite as float32
            country| 1.5| feature 'country' is '1.5' (Double): expected text or a whole number
            interests| 7.5| feature 'interests' is '7.5' (Double): expected a list of text or whole numbers
            contry| us| feature 'contry' is none of this policy's; did you mean 'country'?
            """)
    void aWrongRequestIsRefusedAndNothingIsAppended(String feature, @Nullable String value, String expected) {
        Map<String, Object> request = request();
        boolean number = value != null && value.matches("[0-9.e]+");
        request.put(feature, number ? (Object) Double.valueOf(value) : value);
        EncodedBatch out = encoder.newBatch(1);

        assertThatThrownBy(() -> encoder.encodeRequest(request, out))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(expected);
        assertThat(out.rowCount).isZero();
    }

    @Test
    void allProblemsOfARequestAreTold() {
        assertThatThrownBy(() -> encoder.encodeRequest(Map.of("mean", "x", "country", 2.5), encoder.newBatch(1)))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.problems()).hasSize(3));
    }

    @Test
    void featuresOfOthersMayBeIgnoredAndWhatIsOnlyMissingIsToldFromWhatIsWrong() {
        EncodedBatch strict = encoder.newBatch(1);
        EncodedBatch lenient = encoder.newBatch(1);
        Map<String, Object> more = request();
        more.put("contry", "us");
        encoder.encodeRequest(request(), strict);

        encoder.encodeKnown(more, lenient);

        assertThat(lenient.numeric).isEqualTo(strict.numeric);
        assertThat(lenient.categorical).isDeepEqualTo(strict.categorical);
        more.remove("plain");
        assertThatThrownBy(() -> encoder.encodeKnown(more, lenient))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.malformed()).isFalse());
        more.put("mean", "x");
        assertThatThrownBy(() -> encoder.encodeKnown(more, lenient))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.malformed()).isTrue());
    }

    @Test
    void listsOfAnyLengthAndKindAreEncodedOneAfterTheOther() {
        for (int size : new int[] {40, 3, 0, 100}) {
            for (java.util.Collection<String> items : List.of(
                    java.util.Collections.nCopies(size, "b"),
                    new java.util.ArrayDeque<>(java.util.Collections.nCopies(size, "b")))) {
                EncodedBatch out = encoder.newBatch(1);
                Map<String, Object> request = request();
                request.put("interests", items);
                encoder.encodeRequest(request, out);
                assertThat(out.bagOffsets[0]).startsWith(0, size);
                for (int i = 0; i < size; i++) {
                    assertThat(out.bags[0][i]).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void statisticsMustBeThereAndUsable() {
        assertThatThrownBy(() -> new FeatureEncoder(space, Map.of()))
                .hasMessage("statistics of feature 'plain': found null, expected mean and deviation > 0");
    }
}
