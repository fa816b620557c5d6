package org.drlput.examples.adserver;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.drlput.examples.adserver.Messages.Candidate;

/** What the hyperparameters are for: the ranking utility of this ad server. */
final class Ranking {
    private Ranking() {}

    /** {@code u(ad) = bid + w_click pClick + w_long_click pLongClick + w_conversion pConversion}: positions of those that bid the reserve price, the best first. */
    static List<Integer> of(List<Candidate> candidates, Map<String, Double> hyperparameters) {
        double click = hyperparameters.getOrDefault("w_click", 0.0);
        double longClick = hyperparameters.getOrDefault("w_long_click", 0.0);
        double conversion = hyperparameters.getOrDefault("w_conversion", 0.0);
        double reserve = reservePrice(hyperparameters);
        double[] utility = candidates.stream()
                .mapToDouble(ad ->
                        ad.bid() + click * ad.pClick() + longClick * ad.pLongClick() + conversion * ad.pConversion())
                .toArray();
        return IntStream.range(0, utility.length)
                .filter(i -> candidates.get(i).bid() >= reserve)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -utility[i]))
                .toList();
    }

    static double reservePrice(Map<String, Double> hyperparameters) {
        return hyperparameters.getOrDefault("reserve_price", 0.0);
    }
}
