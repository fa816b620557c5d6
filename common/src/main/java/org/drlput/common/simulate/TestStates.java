package org.drlput.common.simulate;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.Experiment.Reward;
import org.drlput.common.log.Block;

/**
 * Fresh requests of a market, and what each action is truly worth in each of them given its state: the expectation over all that
 * the state does not tell (latents, candidates, outcomes), as a mean over draws that all actions share.
 *
 * <p>Outcomes are not drawn but taken at their expectation. Immutable but for the arrays handed out; any thread.
 */
public final class TestStates {
    /** Enough that a policy's value has a standard error of half a percent, and a difference of two a tenth of that. */
    public static final int STATES = 8192;

    private static final long FORTNIGHT = 14 * Market.REQUESTS_PER_DAY;

    /** Draws that values are means of. */
    static final int VALUE_DRAWS = 16;

    private final Market market;
    private final long stream;
    private final int states;
    private final Span span;
    /** {@code [states][actions]} */
    private final float[][] values;

    private TestStates(Market market, long stream, int states, Span span, float[][] values) {
        this.market = market;
        this.stream = stream;
        this.states = states;
        this.span = span;
        this.values = values;
    }

    /** The states on which {@link Truth} values all policies of this market. Takes seconds. */
    public static TestStates of(Market market) {
        return of(market, 0, STATES);
    }

    /** Other states of the same market: another sample for each {@code streamSeed}. A fortnight, each hour has its share. */
    public static TestStates of(Market market, long streamSeed, int states) {
        return ofLog(market, streamSeed, states, FORTNIGHT);
    }

    /** States at the times of a log of so many rows: with the hours of 1.4 days, say, where it has those of 1.4 days. */
    public static TestStates ofLog(Market market, long streamSeed, int states, long rowCount) {
        return ofLog(market, streamSeed, states, rowCount, VALUE_DRAWS);
    }

    /**
     * The same with another number of draws that a state's values are means of: where many states are asked, one draw of each tells most
     * for the time it takes. More states than the log has rows are no more states.
     */
    public static TestStates ofLog(Market market, long streamSeed, int states, long rowCount, int draws) {
        return of(market, streamSeed, states, new Span(0, rowCount), draws);
    }

    /** States at the times of rows {@code [first, first + rowCount)} of a log: of one day, say. */
    public static TestStates ofRows(Market market, long streamSeed, int states, long first, long rowCount) {
        return of(market, streamSeed, states, new Span(first, rowCount), VALUE_DRAWS);
    }

    private static TestStates of(Market market, long streamSeed, int states, Span span, int draws) {
        long stream = market.stream("truth", streamSeed);
        float[][] values = values(market, stream, states, span, 0, draws);
        return new TestStates(market, stream, states, span, values);
    }

    /** The states are spread evenly over so many requests of their stream. */
    record Span(long first, long requests) {
        private long index(int i, int states) {
            return first + i * requests / states;
        }
    }

    /** Means over draws {@code [first, first + draws)} of each state: {@code [states][actions]}. */
    static float[][] values(Market market, long stream, int states, Span span, int first, int draws) {
        RewardWeights reward = RewardWeights.of(market);
        float[][] values = new float[states][];
        int chunk = 256;
        IntStream.range(0, (states + chunk - 1) / chunk).parallel().forEach(c -> {
            Auction auction = new Auction(market);
            Request request = new Request();
            double[] sum = new double[market.actions().size()];
            for (int i = c * chunk; i < Math.min(states, (c + 1) * chunk); i++) {
                market.request(stream, span.index(i, states), request);
                Arrays.fill(sum, 0);
                for (int d = first; d < first + draws; d++) {
                    auction.draw(request, CounterRandom.bits(request.key, 10_000 + d));
                    auction.addExpected(reward, sum);
                }
                values[i] = new float[sum.length];
                for (int a = 0; a < sum.length; a++) {
                    values[i][a] = (float) (sum[a] / draws);
                }
            }
        });
        return values;
    }

    Span span() {
        return span;
    }

    long stream() {
        return stream;
    }

    public int size() {
        return states;
    }

    /** The features of states {@code [from, from + count)}, for the encoder; actions and outcomes are 0. */
    public Block block(int from, int count) {
        return new BlockFiller(market).block(rows(from, count), Block.TRAIN);
    }

    /** As {@link #block(int, int)}, of the features that another experiment reads. */
    public Block block(Experiment experiment, int from, int count) {
        return new BlockFiller(Market.of(experiment, market.seed())).block(rows(from, count), Block.TRAIN);
    }

    LogRows rows(int from, int count) {
        LogRows rows = new LogRows(count);
        Request request = new Request();
        for (int i = from; i < from + count; i++) {
            market.request(stream, span.index(i, states), request);
            rows.add(request);
        }
        return rows;
    }

    /** The true expected reward of an action in a state. */
    public double value(int state, int actionId) {
        return values[state][actionId];
    }

    /** True value of the policy that takes {@code actionIds[i]} in state i. */
    public PolicyValue value(int[] actionIds) {
        return mean(IntStream.range(0, states).mapToDouble(i -> values[i][actionIds[i]]));
    }

    /** True value of taking one action always. */
    public PolicyValue value(int actionId) {
        return mean(IntStream.range(0, states).mapToDouble(i -> values[i][actionId]));
    }

    /**
     * True value of the policy that takes {@code actionIds[i]} in state i by the active variants of other rewards of the same
     * market, in their order: what it does to each single outcome, say. On the draws that all values here are means of.
     */
    public List<PolicyValue> values(List<Reward> rewards, int[] actionIds) {
        double[][] byState = byState(rewards, actionIds);
        return IntStream.range(0, rewards.size())
                .mapToObj(r -> mean(Arrays.stream(byState).mapToDouble(values -> values[r])))
                .toList();
    }

    /** As {@link #values}, of a policy less another one, state by state. */
    public List<PolicyValue> differences(List<Reward> rewards, int[] actionIds, int[] otherActionIds) {
        double[][] one = byState(rewards, actionIds);
        double[][] other = byState(rewards, otherActionIds);
        return IntStream.range(0, rewards.size())
                .mapToObj(r -> mean(IntStream.range(0, states).mapToDouble(i -> one[i][r] - other[i][r])))
                .toList();
    }

    /** As {@link #values}, of actions drawn uniformly, one in each state and draw. */
    public List<PolicyValue> uniform(List<Reward> rewards) {
        int k = market.actions().size();
        double[][] byState = byState(rewards, (state, draw) ->
                (int) ((CounterRandom.bits(stream ^ state, 60_000 + draw) >>> 32) * k >>> 32));
        return IntStream.range(0, rewards.size())
                .mapToObj(r -> mean(Arrays.stream(byState).mapToDouble(values -> values[r])))
                .toList();
    }

    private double[][] byState(List<Reward> rewards, int[] actionIds) {
        return byState(rewards, (state, draw) -> actionIds[state]);
    }

    private double[][] byState(List<Reward> rewards, Choice choice) {
        List<RewardWeights> weights = rewards.stream()
                .map(reward -> RewardWeights.of(reward, reward.active(), market.parameters()))
                .toList();
        double[][] values = new double[states][];
        int chunk = 256;
        IntStream.range(0, (states + chunk - 1) / chunk).parallel().forEach(c -> {
            Auction auction = new Auction(market);
            Request request = new Request();
            for (int i = c * chunk; i < Math.min(states, (c + 1) * chunk); i++) {
                market.request(stream, span.index(i, states), request);
                double[] sum = new double[weights.size()];
                for (int d = 0; d < VALUE_DRAWS; d++) {
                    auction.draw(request, CounterRandom.bits(request.key, 10_000 + d));
                    auction.addExpected(weights, choice.action(i, d), sum);
                }
                values[i] = Arrays.stream(sum).map(v -> v / VALUE_DRAWS).toArray();
            }
        });
        return values;
    }

    /** True value of actions drawn uniformly: the behaviour policy's. */
    public PolicyValue uniform() {
        return mean(IntStream.range(0, states).mapToDouble(this::uniform));
    }

    /** True value of how a log's actions are chosen. */
    public PolicyValue value(Behaviour behaviour) {
        double[][] chances = Behaviour.probabilities(behaviour, market, rows(0, states));
        return mean(IntStream.range(0, states).mapToDouble(i -> {
            double[] chance = chances[chances.length == 1 ? 0 : i];
            double sum = 0;
            for (int a = 0; a < chance.length; a++) {
                sum += chance[a] * values[i][a];
            }
            return sum;
        }));
    }

    /**
     * How well a log whose actions are chosen so tells what a policy is worth: its effective sample size for the policy that takes
     * {@code actionIds[i]} in state i, a logged row, which is {@code 1 / mean(1 / chance of the action)}; 0 where the policy does
     * what the log never has.
     */
    public double coverage(Behaviour behaviour, int[] actionIds) {
        double[][] chances = Behaviour.probabilities(behaviour, market, rows(0, states));
        return states
                / IntStream.range(0, states)
                        .mapToDouble(i -> 1 / chances[chances.length == 1 ? 0 : i][actionIds[i]])
                        .sum();
    }

    /** The chance of the action that a log has most rarely. */
    public double smallestChance(Behaviour behaviour) {
        return Arrays.stream(Behaviour.probabilities(behaviour, market, rows(0, states)))
                .flatMapToDouble(Arrays::stream)
                .min()
                .orElseThrow();
    }

    private double uniform(int state) {
        double sum = 0;
        for (float value : values[state]) {
            sum += value;
        }
        return sum / values[state].length;
    }

    /** Value of a policy less that of another, state by state: common random numbers make its error small. */
    public PolicyValue difference(int[] actionIds, int[] otherActionIds) {
        return mean(IntStream.range(0, states)
                .mapToDouble(i -> (double) values[i][actionIds[i]] - values[i][otherActionIds[i]]));
    }

    /** As {@link #difference}, of a policy less one over another grid: the states must be the same ones of the same market. */
    public PolicyValue less(int[] actionIds, TestStates others, int[] otherActionIds) {
        if (others.states != states || others.stream != stream || !others.span.equals(span)) {
            throw new IllegalArgumentException("the states of two policies that are compared must be the same");
        }
        return mean(IntStream.range(0, states)
                .mapToDouble(i -> (double) values[i][actionIds[i]] - others.values[i][otherActionIds[i]]));
    }

    /** Relative gain over the behaviour policy, {@code (V - V(uniform)) / |V(uniform)|}, by the delta method. */
    public PolicyValue relativeGain(int[] actionIds) {
        double base = uniform().value();
        double gain = value(actionIds).value() / base - 1;
        PolicyValue linear = mean(IntStream.range(0, states)
                .mapToDouble(i -> (values[i][actionIds[i]] - (1 + gain) * uniform(i)) / Math.abs(base)));
        return new PolicyValue((value(actionIds).value() - base) / Math.abs(base), linear.standardError());
    }

    private static PolicyValue mean(java.util.stream.DoubleStream stream) {
        double[] x = stream.toArray();
        double mean = Arrays.stream(x).average().orElseThrow();
        double squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
        return new PolicyValue(mean, Math.sqrt(squares / (x.length - 1.0) / x.length));
    }

    /**
     * True standard deviation of one request's reward, outcomes drawn, under the policy that takes {@code actionIds[i]} in
     * state i.
     */
    public double deviation(int[] actionIds) {
        return deviation((state, draw) -> actionIds[state]);
    }

    /** True standard deviation of one request's reward under the behaviour policy: of the logs. */
    public double uniformDeviation() {
        int k = market.actions().size();
        return deviation((state, draw) ->
                (int) ((CounterRandom.bits(stream ^ state, 50_000 + draw) >>> 32) * k >>> 32));
    }

    private interface Choice {
        int action(int state, int draw);
    }

    private double deviation(Choice choice) {
        RewardWeights reward = RewardWeights.of(market);
        Auction auction = new Auction(market);
        Auction.Outcomes outcomes = new Auction.Outcomes();
        Request request = new Request();
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < states; i++) {
            market.request(stream, span.index(i, states), request);
            for (int d = 0; d < VALUE_DRAWS; d++) {
                long key = CounterRandom.bits(request.key, 20_000 + d);
                auction.draw(request, key);
                auction.play(choice.action(i, d), key, outcomes);
                double r = outcomes.reward(reward);
                sum += r;
                squares += r * r;
            }
        }
        double n = (double) states * VALUE_DRAWS;
        return Math.sqrt(squares / n - sum / n * (sum / n));
    }
}
