package org.drlput.examples.adserver;

import java.util.SortedSet;
import java.util.TreeSet;
import org.drlput.common.simulate.LiveMarket.Response;
import org.drlput.examples.adserver.Messages.Ranked;

/** What came of the visits of a day. One thread; several of these are put together by {@link #add(Day)}. */
final class Day {
    private final SortedSet<Long> versions = new TreeSet<>();
    private long visits;
    private long explored;
    private long policy;
    private long shown;
    private long clicks;
    private double revenue;
    private double reward;
    private double squares;

    void add(Ranked ranked, Response response) {
        visits++;
        explored += ranked.why().equals("exploration") ? 1 : 0;
        policy += ranked.why().equals("policy") ? 1 : 0;
        versions.add(ranked.version());
        shown += response.shown();
        clicks += response.clicks();
        revenue += response.revenue();
        reward += response.reward();
        squares += response.reward() * response.reward();
    }

    void add(Day other) {
        visits += other.visits;
        explored += other.explored;
        policy += other.policy;
        versions.addAll(other.versions);
        shown += other.shown;
        clicks += other.clicks;
        revenue += other.revenue;
        reward += other.reward;
        squares += other.squares;
    }

    /** That decided or were in use; -1: none. */
    SortedSet<Long> versions() {
        return new TreeSet<>(versions);
    }

    long visits() {
        return visits;
    }

    long explored() {
        return explored;
    }

    /** Visits that the policy decided. */
    long byPolicy() {
        return policy;
    }

    /** Clicks of an ad that is shown. */
    double clickRate() {
        return (double) clicks / shown;
    }

    double revenue() {
        return revenue / visits;
    }

    /** Reward of a visit. */
    double value() {
        return reward / visits;
    }

    double standardError() {
        double mean = value();
        return Math.sqrt((squares / visits - mean * mean) / visits);
    }
}
