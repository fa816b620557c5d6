package org.drlput.common.bias;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.drlput.common.bias.Bias.FeatureDistance;
import org.drlput.common.bias.Bias.SegmentShare;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.log.Block;
import org.jspecify.annotations.Nullable;

/**
 * Compares logs with all traffic: knows the traffic, is given the logs' blocks one after the other. Mutable; one thread.
 *
 * <p>Of each feature the total variation distance of its bins. The plain estimate is too large by chance, the more so the more bins
 * there are; so one half of the rows says which bins have more of the logs, the other half by how much, and the same the other
 * way round. Source: the splitting is that of Kim, Ramdas, Singh and Wasserman 2021, Classification accuracy as a proxy for
 * two-sample testing, section 3.
 */
public final class TrafficComparison {
    /** Numbers are cut at the tenths of all traffic. */
    private static final int QUANTILES = 10;

    private static final double Z95 = 1.959963984540054;
    /** A segment is named if its shares differ by so many standard errors: of a hundred hardly one does by chance. */
    private static final double NAMED = 3.5;

    private final List<Axis> axes;
    private final BinCounts traffic;
    private final BinCounts logs;

    private TrafficComparison(List<Axis> axes, BinCounts traffic) {
        this.axes = axes;
        this.traffic = traffic;
        logs = new BinCounts(axes);
    }

    /** With a sample of all traffic, which is read twice. */
    public static TrafficComparison with(Experiment experiment, Iterable<Block> trafficBlocks) {
        List<Axis> axes = Axis.of(experiment, trafficBlocks, QUANTILES);
        BinCounts counts = new BinCounts(axes);
        trafficBlocks.forEach(counts::add);
        return new TrafficComparison(axes, counts);
    }

    /** Adds the rows of the logs that are not rejected. */
    public void add(Block block) {
        logs.add(block);
    }

    /** Rows of the sample of all traffic. */
    public long trafficRows() {
        return traffic.rows();
    }

    /** What was found so far. */
    public Bias result(Bias.@Nullable Weights weights) {
        List<FeatureDistance> distances = new ArrayList<>();
        List<SegmentShare> segments = new ArrayList<>();
        for (int a = 0; a < axes.size(); a++) {
            distances.add(distance(a));
            if (axes.get(a).named()) {
                segments(a, segments);
            }
        }
        distances.sort(Comparator.comparingDouble(FeatureDistance::value).reversed());
        segments.sort(Comparator.comparingDouble((SegmentShare s) -> -Math.abs(s.logShare() - s.trafficShare())));
        return new Bias(Bias.FORMAT_VERSION, logs.rows(), traffic.rows(), distances, segments, weights);
    }

    private FeatureDistance distance(int axis) {
        double value = 0;
        double variance = 0;
        for (int half = 0; half < 2; half++) {
            boolean[] more = axes.get(axis) instanceof Axis.Items ? mostDifferent(axis, half) : more(axis, half);
            int other = 1 - half;
            double log = 0;
            double all = 0;
            double sign = 1;
            for (int bin = 0; bin < more.length; bin++) {
                if (more[bin]) {
                    log += logs.share(other, axis, bin);
                    all += traffic.share(other, axis, bin);
                    sign = axes.get(axis) instanceof Axis.Items ? sign(axis, half, bin) : 1;
                }
            }
            value += sign * (log - all) / 2;
            variance += (log * (1 - log) / Math.max(1, logs.rows(other))
                            + all * (1 - all) / Math.max(1, traffic.rows(other)))
                    / 4;
        }
        double halfWidth = Z95 * Math.sqrt(Math.max(0, variance));
        return new FeatureDistance(axes.get(axis).feature(), value, value - halfWidth, value + halfWidth);
    }

    private boolean[] more(int axis, int half) {
        boolean[] more = new boolean[axes.get(axis).bins()];
        for (int bin = 0; bin < more.length; bin++) {
            more[bin] = logs.share(half, axis, bin) > traffic.share(half, axis, bin);
        }
        return more;
    }

    private boolean[] mostDifferent(int axis, int half) {
        boolean[] one = new boolean[axes.get(axis).bins()];
        int most = 0;
        for (int bin = 1; bin < one.length; bin++) {
            most = Math.abs(difference(axis, half, bin)) > Math.abs(difference(axis, half, most)) ? bin : most;
        }
        one[most] = true;
        return one;
    }

    private double difference(int axis, int half, int bin) {
        return logs.share(half, axis, bin) - traffic.share(half, axis, bin);
    }

    private double sign(int axis, int half, int bin) {
        return difference(axis, half, bin) < 0 ? -1 : 1;
    }

    /** Ratios with the interval of their logarithm. Half a row more in each: a value may be missing from one of the two. */
    private void segments(int axis, List<SegmentShare> out) {
        double n = logs.rows();
        double m = traffic.rows();
        for (int bin = 0; bin < axes.get(axis).bins(); bin++) {
            if (logs.count(axis, bin) + traffic.count(axis, bin) == 0 || n == 0 || m == 0) {
                continue;
            }
            double p = (logs.count(axis, bin) + 0.5) / (n + 1);
            double q = (traffic.count(axis, bin) + 0.5) / (m + 1);
            double error = Math.sqrt((1 - p) / (n * p) + (1 - q) / (m * q));
            double ratio = Math.log(p / q);
            if (Math.abs(ratio) > NAMED * error) {
                out.add(new SegmentShare(
                        axes.get(axis).feature(),
                        axes.get(axis).label(bin),
                        logs.share(axis, bin),
                        traffic.share(axis, bin),
                        p / q,
                        Math.exp(ratio - Z95 * error),
                        Math.exp(ratio + Z95 * error)));
            }
        }
    }
}
