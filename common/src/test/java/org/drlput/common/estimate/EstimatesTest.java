package org.drlput.common.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.assertj.core.data.Offset;
import org.drlput.common.estimate.LoggedRows.Intervals;
import org.drlput.common.experiment.Experiment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimatesTest {
    private static final double Z = 1.959963984540054;
    private static final String NO_FLOORS = "{minEffectiveSampleSize: 0, minRewardedRows: 0, maxUnsupportedShare: 1}";
    /** Rounding of some hundred terms of size 1. */
    private static final Offset<Double> ROUNDING = within(1e-12);

    /** r, ρ of the policy, ρ of the manual setting. */
    private record Row(double reward, double weight, double manualWeight) {}

    /** A coin is logged: action 0 earned 1 and 3, the manual action 2 and 1; the policy always takes 0. */
    private static final List<Row> COIN =
            List.of(new Row(1, 2, 0), new Row(3, 2, 0), new Row(2, 0, 2), new Row(1, 0, 2));

    private static Measured sum(List<Row> rows) {
        LoggedRows sum = new LoggedRows(Estimators.all(rows.size()), 2, Intervals.ALL);
        rows.forEach(row -> ScoredRow.addTo(
                sum,
                new ScoredRow(row.reward(), row.weight(), 0, 0),
                new ScoredRow(row.reward(), row.manualWeight(), 0, 0)));
        return new Measured(sum, new double[2]);
    }

    private static PolicyEstimates estimates(String estimator, List<Row> rows, String evaluation) {
        return estimates(estimator, sum(rows), evaluation);
    }

    private static PolicyEstimates estimates(String estimator, Measured rows, String evaluation) {
        Experiment experiment = TestBlocks.experiment(evaluation);
        PolicyEstimates found =
                new Judge(experiment.evaluation(), true).estimates(rows).get(estimator);
        return Objects.requireNonNull(found, estimator);
    }

    private static void is(Estimate estimate, double value, double standardError) {
        assertThat(estimate.believable()).as(String.valueOf(estimate.reason())).isTrue();
        assertThat(estimate.reason()).isNull();
        assertThat(estimate.value()).isCloseTo(value, ROUNDING);
        assertThat(estimate.low()).isCloseTo(value - Z * standardError, ROUNDING);
        assertThat(estimate.high()).isCloseTo(value + Z * standardError, ROUNDING);
    }

    private static void isNone(Estimate estimate, String reason) {
        assertThat(estimate.reason()).isEqualTo(reason);
        assertThat(estimate.believable()).isFalse();
        assertThat(estimate.value()).isNull();
        assertThat(estimate.low()).isNull();
        assertThat(estimate.high()).isNull();
    }

    @Test
    void ipsByHand() {
        PolicyEstimates ips = estimates("ips", COIN, NO_FLOORS);

        // ρr: 2 6 0 0, mean 2, squared deviations 0 16 4 4, variance 8, over 4 rows 2
        is(ips.value(), 2, Math.sqrt(2));
        // mean reward 7/4; per row (ρr - 2) - 8/7 (r - 7/4), over 7/4
        is(ips.relativeGain(), 1 / 7.0, 0.6145082879257804);
        // ρr: 0 0 4 2, mean 3/2, squared deviations 9/4 9/4 25/4 1/4, variance 11/3
        is(ips.manualValue(), 1.5, Math.sqrt(11 / 12.0));
        isNone(
                ips.gainOverManual(),
                "the manual setting's value can not be told from 0: there is no gain relative to it");
    }

    @Test
    void snipsByHand() {
        PolicyEstimates snips = estimates("snips", COIN, NO_FLOORS);

        // ρ(r - 2): -2 2 0 0, squares 8, over 3 * 4
        is(snips.value(), 2, Math.sqrt(8 / 12.0));
        // per row ρ(r - 2) - 8/7 (r - 7/4) = -8/7 4/7 -2/7 6/7, over 7/4: squares 1920/2401, over 3 * 4
        is(snips.relativeGain(), 1 / 7.0, Math.sqrt(160) / 49);
        // 2(r - 3/2): 0 0 1 -1
        is(snips.manualValue(), 1.5, Math.sqrt(2 / 12.0));
        // per row, over 3/2: -2 2 0 0 less 4/3 of 0 0 1 -1: squares 8 + 32/9 = 104/9, over 9/4
        is(snips.gainOverManual(), 1 / 3.0, Math.sqrt(104 / 9.0 * 4 / 9 / 12));
    }

    @Test
    void whatItTakesToBelieveAnEstimateStandsBesideIt() {
        List<Row> rows =
                List.of(new Row(1, 2, 0), new Row(0, 4, 0), new Row(-1, 4, 8), new Row(5, 0, 8), new Row(0, 0, 8));

        PolicyEstimates snips = estimates("snips", rows, NO_FLOORS);

        Estimate gain = snips.relativeGain();
        assertThat(gain.matchedRows()).isEqualTo(3);
        assertThat(gain.rewardedRows()).isEqualTo(2);
        assertThat(gain.largestWeight()).isEqualTo(4);
        assertThat(gain.effectiveSampleSize()).isEqualTo(100 / 36.0);
        assertThat(snips.manualValue().effectiveSampleSize()).isEqualTo(3);
        Estimate overManual = snips.gainOverManual();
        assertThat(overManual.effectiveSampleSize()).as("the worse of the two").isEqualTo(100 / 36.0);
        assertThat(overManual.largestWeight()).as("the worse of the two").isEqualTo(8);
    }

    /** Greedy and stochastic weights, rewards of any sign and far from zero. */
    private static List<Row> random(Random random, int n, double offset) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double propensity = 0.05 + 0.5 * random.nextDouble();
            int action = random.nextInt(4);
            rows.add(new Row(
                    offset + random.nextGaussian(),
                    random.nextDouble() * (action < 3 ? 1 : 0) / propensity,
                    action == 1 ? 1 / propensity : 0));
        }
        return rows;
    }

    /** The same, row by row, from the influence of each: nothing of the code under test. */
    private static final class RowByRow {
        private final List<Row> rows;
        private final double n;

        RowByRow(List<Row> rows) {
            this.rows = rows;
            n = rows.size();
        }

        private double mean(ToDoubleFunction<Row> f) {
            return rows.stream().mapToDouble(f).sum() / n;
        }

        double[] influence(boolean normalized, ToDoubleFunction<Row> weight, double value) {
            double scale = normalized ? mean(weight) : 1;
            return rows.stream()
                    .mapToDouble(row -> normalized
                            ? weight.applyAsDouble(row) * (row.reward() - value) / scale
                            : weight.applyAsDouble(row) * row.reward() - value)
                    .toArray();
        }

        double value(boolean normalized, ToDoubleFunction<Row> weight) {
            return mean(row -> weight.applyAsDouble(row) * row.reward()) / (normalized ? mean(weight) : 1);
        }

        double standardError(double[] influence) {
            return Math.sqrt(Arrays.stream(influence).map(x -> x * x).sum() / (n - 1) / n);
        }

        /** Of (V - base) / |base|. */
        double gainError(double value, double[] influence, double base, double[] baseInfluence) {
            double[] gain = new double[influence.length];
            for (int i = 0; i < gain.length; i++) {
                gain[i] = (influence[i] - value / base * baseInfluence[i]) / Math.abs(base);
            }
            return standardError(gain);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "2, -2", "3, 100", "4, -0.7", "5, 1.5"})
    void intervalsAreThoseOfTheRowsInfluences(long seed, double offset) {
        List<Row> rows = random(new Random(seed), 1500, offset);
        RowByRow expected = new RowByRow(rows);
        double behaviour = expected.mean(Row::reward);
        double[] behaviourInfluence = expected.influence(false, row -> 1, behaviour);
        for (String name : List.of("ips", "snips")) {
            boolean normalized = name.equals("snips");
            double value = expected.value(normalized, Row::weight);
            double[] influence = expected.influence(normalized, Row::weight, value);
            double manual = expected.value(normalized, Row::manualWeight);
            double[] manualInfluence = expected.influence(normalized, Row::manualWeight, manual);

            PolicyEstimates found = estimates(name, rows, NO_FLOORS);

            close(found.value(), value, expected.standardError(influence));
            close(found.manualValue(), manual, expected.standardError(manualInfluence));
            close(
                    found.relativeGain(),
                    (value - behaviour) / Math.abs(behaviour),
                    expected.gainError(value, influence, behaviour, behaviourInfluence));
            close(
                    found.gainOverManual(),
                    (value - manual) / Math.abs(manual),
                    expected.gainError(value, influence, manual, manualInfluence));
        }
    }

    /** Relative to the estimate, but for the digits that a small gain loses as the difference of two values. */
    private static void close(Estimate found, double value, double standardError) {
        Offset<Double> tolerance = within(1e-9 * Math.max(standardError, Math.abs(value)) + 1e-14);
        assertThat(found.value()).isCloseTo(value, tolerance);
        assertThat(found.low()).isCloseTo(value - Z * standardError, tolerance);
        assertThat(found.high()).isCloseTo(value + Z * standardError, tolerance);
    }

    @Test
    void aConstantAddedToAllRewardsMovesSnipsAndLeavesItsInterval() {
        List<Row> rows = random(new Random(7), 500, 1);
        List<Row> moved = rows.stream()
                .map(row -> new Row(row.reward() + 1000, row.weight(), row.manualWeight()))
                .toList();

        Estimate before = estimates("snips", rows, NO_FLOORS).value();
        Estimate after = estimates("snips", moved, NO_FLOORS).value();

        assertThat(number(after.value()) - number(before.value())).isCloseTo(1000, within(1e-9));
        assertThat(number(after.high()) - number(after.low()))
                .isCloseTo(number(before.high()) - number(before.low()), within(1e-9));
    }

    @Test
    void theBehaviourPolicyItselfGainsExactlyNothing() {
        List<Row> rows = random(new Random(8), 500, 1).stream()
                .map(row -> new Row(row.reward(), 1, row.manualWeight()))
                .toList();
        for (String name : List.of("ips", "snips")) {
            Estimate gain = estimates(name, rows, NO_FLOORS).relativeGain();

            assertThat(gain.value()).isCloseTo(0, within(1e-15));
            assertThat(number(gain.high()) - number(gain.low())).isLessThan(1e-7);
            assertThat(gain.effectiveSampleSize()).isEqualTo(500);
        }
    }

    private static double number(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }

    @Test
    void theSameRowsInTheSameOrderAreTheSameBits() {
        List<Row> rows = random(new Random(9), 5000, 1);

        assertThat(estimates("snips", rows, NO_FLOORS)).isEqualTo(estimates("snips", rows, NO_FLOORS));
    }

    private static List<Row> repeated(int times, Row... rows) {
        List<Row> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            all.addAll(List.of(rows));
        }
        return all;
    }

    @Test
    void noRowsAndOneRowAreNoEstimate() {
        isNone(estimates("ips", List.of(), NO_FLOORS).relativeGain(), "0 rows have no interval");
        isNone(estimates("snips", List.of(), NO_FLOORS).value(), "0 rows have no interval");
        isNone(estimates("snips", List.of(new Row(1, 2, 2)), NO_FLOORS).value(), "1 rows have no interval");
        assertThat(estimates("snips", List.of(), NO_FLOORS).value().effectiveSampleSize())
                .isZero();
    }

    @Test
    void tooFewRowsAreNoEstimateAndSayHowMany() {
        List<Row> rows = repeated(30, new Row(1, 2, 0), new Row(0, 2, 0), new Row(2, 0, 2));
        String floors = "{minEffectiveSampleSize: 60.5, minRewardedRows: 0}";

        isNone(estimates("snips", rows, floors).relativeGain(), "effective sample size 60 is below 60.5");
        isNone(
                estimates("ips", rows, "{minEffectiveSampleSize: 10, minRewardedRows: 31}")
                        .value(),
                "30 matched rows with a reward, expected at least 31");
        isNone(
                estimates("snips", rows, "{minEffectiveSampleSize: 40, minRewardedRows: 5}")
                        .gainOverManual(),
                "manual setting: effective sample size 30 is below 40");
        assertThat(estimates("snips", rows, "{minEffectiveSampleSize: 60, minRewardedRows: 30}")
                        .relativeGain()
                        .believable())
                .isTrue();
    }

    @Test
    void aPolicyThatWasNeverSeenOrNeverSeenToEarnHasNoEstimateWhateverTheFloors() {
        List<Row> unseen = repeated(50, new Row(1, 0, 2), new Row(2, 0, 0));
        List<Row> earnsNothing = repeated(50, new Row(0, 2, 0), new Row(2, 0, 2));

        isNone(estimates("ips", unseen, NO_FLOORS).value(), "no row's logged action is the policy's");
        isNone(estimates("snips", unseen, NO_FLOORS).relativeGain(), "no row's logged action is the policy's");
        isNone(estimates("ips", earnsNothing, NO_FLOORS).value(), "0 matched rows with a reward, expected at least 1");
    }

    @Test
    void thereIsNoGainOverNothing() {
        List<Row> none = repeated(50, new Row(0, 2, 0), new Row(0, 0, 2));
        List<Row> balanced = repeated(50, new Row(1, 2, 0), new Row(-1, 0, 2));

        isNone(estimates("ips", none, NO_FLOORS).relativeGain(), "0 matched rows with a reward, expected at least 1");
        PolicyEstimates snips = estimates("snips", balanced, NO_FLOORS);
        isNone(
                snips.relativeGain(),
                "the behaviour policy's value can not be told from 0: there is no gain relative to it");
        assertThat(snips.value().value()).isEqualTo(1);
    }

    @Test
    void aLossThatShrinksIsAGain() {
        List<Row> rows = repeated(50, new Row(-1, 2, 0), new Row(-3, 0, 2));

        PolicyEstimates snips = estimates("snips", rows, NO_FLOORS);

        assertThat(snips.relativeGain().value()).isCloseTo(0.5, ROUNDING);
        assertThat(snips.gainOverManual().value()).isCloseTo(2 / 3.0, ROUNDING);
    }

    @Test
    void rewardsThatOverflowAreNoEstimate() {
        List<Row> rows = repeated(50, new Row(1e300, 1e10, 0), new Row(1e300, 0, 2));

        isNone(estimates("ips", rows, NO_FLOORS).value(), "the estimate is not finite");
    }

    @Test
    void theMeanRewardOfTheRowsHasItsIntervalToo() {
        Judge judge = new Judge(TestBlocks.experiment(NO_FLOORS).evaluation(), true);

        Estimate mean = judge.behaviourValue(sum(COIN).rows());

        // 1 3 2 1: squared deviations 9/16 25/16 1/16 9/16
        is(mean, 1.75, Math.sqrt(44 / 16.0 / 12));
        assertThat(mean.estimator()).isEqualTo("mean");
        assertThat(mean.effectiveSampleSize()).isEqualTo(4);
    }

    /** As COIN, beside a model that says 1 of action 0 and 2 of the manual one; the policy draws 0 three times of four. */
    private static Measured modelled(Estimators estimators) {
        LoggedRows rows = new LoggedRows(estimators, 2, Intervals.ALL);
        // logged by a coin: ρ is 1.5 on action 0, 0.5 on the manual one; q̂(s, π) = 3/4 + 2/4
        double[][] logged = {{1, 0}, {3, 0}, {2, 1}, {1, 1}};
        for (double[] row : logged) {
            boolean manual = row[1] == 1;
            double model = manual ? 2 : 1;
            ScoredRow.addTo(
                    rows,
                    new ScoredRow(row[0], manual ? 0.5 : 1.5, 1.25, model),
                    new ScoredRow(row[0], manual ? 2 : 0, 2, model));
        }
        return new Measured(rows, new double[2]);
    }

    @ParameterizedTest
    @CsvSource({
        // residuals r - q̂: 0 2 0 -1
        "ips, 1.875", // (1.5 + 4.5 + 1 + 0.5) / 4
        "clippedIps, 1.375", // cut at 1: (1 + 3 + 1 + 0.5) / 4
        "snips, 1.875", // Σρ = 4
        "dm, 1.25",
        "dr, 1.875", // 1.25 + (3 - 0.5) / 4
        "clippedDr, 1.625", // 1.25 + (2 - 0.5) / 4
        "sndr, 1.875",
        "switchDr, 1.125", // above 1 left to the model: 1.25 - 0.5 / 4
        "drOs, 1.3807692307692307" // λ = 1: 1.25 + (1.5 / 3.25 * 2 - 0.5 / 1.25) / 4
    })
    void everyEstimatorByHand(String name, double value) {
        Estimators estimators = Estimators.of(List.of(
                new Ips(),
                new ClippedIps(1),
                new Snips(),
                new DirectMethod(),
                new DoublyRobust(),
                new ClippedDoublyRobust(1),
                new SelfNormalizedDoublyRobust(),
                new SwitchDoublyRobust(1),
                new ShrunkDoublyRobust(1)));
        Estimate found = estimates(name, modelled(estimators), NO_FLOORS).value();

        assertThat(found.value()).isCloseTo(value, ROUNDING);
    }

    @Test
    void theIntervalOfDoublyRobustByHand() {
        Estimate found = estimates("dr", modelled(Estimators.all(4)), NO_FLOORS).value();

        // corrections 0, 3, 0, -0.5: their mean is 5/8
        double squares = 2 * 0.625 * 0.625 + 2.375 * 2.375 + 1.125 * 1.125;
        is(found, 1.875, Math.sqrt(squares / 3 / 4));
    }

    @Test
    void withoutAModelThereIsNoDirectMethod() {
        Experiment experiment = TestBlocks.experiment(NO_FLOORS);
        Map<String, PolicyEstimates> found = new Judge(experiment.evaluation(), false).estimates(sum(COIN));

        isNone(Objects.requireNonNull(found.get("dm")).value(), "there is no reward model: no row to fit it on");
        isNone(Objects.requireNonNull(found.get("dr")).relativeGain(), "there is no reward model: no row to fit it on");
        assertThat(Objects.requireNonNull(found.get("ips")).value().believable())
                .isTrue();
    }

    @Test
    void rowsWithoutSupportAreNoEstimate() {
        Measured rows = new Measured(
                sum(repeated(50, new Row(1, 2, 0), new Row(2, 0, 2))).rows(), new double[] {0.25, 0});

        PolicyEstimates found = estimates("snips", rows, "{minEffectiveSampleSize: 10}");

        isNone(found.value(), "25 % of the rows have no support: their action was never logged; at most 5 % may");
        assertThat(found.relativeGain().unsupportedShare()).isEqualTo(0.25);
        assertThat(found.manualValue().believable()).isTrue();
    }

    @Test
    void theBootstrapAgreesWithTheDeltaMethodWhereRowsAreMany() {
        List<Row> rows = random(new Random(11), 20_000, 3);

        for (String name : List.of("ips", "snips")) {
            Estimate gain = estimates(name, rows, NO_FLOORS).relativeGain();
            Interval resampled = Objects.requireNonNull(gain.intervals().get(Estimate.BOOTSTRAP));
            double width = number(gain.high()) - number(gain.low());
            // a quantile of 1,000 resamples is known to a tenth of a deviation
            assertThat(resampled.low()).as(name).isCloseTo(number(gain.low()), within(0.1 * width));
            assertThat(resampled.high()).as(name).isCloseTo(number(gain.high()), within(0.1 * width));
        }
    }

    @Test
    void theEmpiricalBernsteinBoundByHand() {
        Interval found = Objects.requireNonNull(
                estimates("ips", COIN, NO_FLOORS).value().intervals().get(Estimate.EMPIRICAL_BERNSTEIN));

        // ρr: 2 6 0 0, variance 8, range 6
        double log = Math.log(80);
        double halfWidth = Math.sqrt(2 * 8 * log / 4) + 7 * 6 * log / (3 * 3);
        assertThat(found.low()).isCloseTo(2 - halfWidth, ROUNDING);
        assertThat(found.high()).isCloseTo(2 + halfWidth, ROUNDING);
    }
}
