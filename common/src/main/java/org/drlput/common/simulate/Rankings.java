package org.drlput.common.simulate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.action.ActionSpace;

/** The actions by the order of ads that they ask for: those that differ in the reserve price only share a ranking. Immutable. */
final class Rankings {
    static final List<String> HYPERPARAMETERS = List.of("w_click", "w_long_click", "w_conversion", "reserve_price");
    /** Of a hyperparameter that the experiment does not tune. */
    private static final double[] FIXED = {1, 3, 3, 0.2};

    /** One weighting of the predictions, and the reserve prices of the actions that have it. */
    record Ranking(double click, double longClick, double conversion, double[] reservePrices, int[] actionIds) {}

    final Ranking[] all;
    final Ranking[] byAction;
    final double[] reservePrice;

    Rankings(ActionSpace actions) {
        Map<List<Double>, List<Integer>> groups = new LinkedHashMap<>();
        reservePrice = new double[actions.size()];
        for (int a = 0; a < actions.size(); a++) {
            double[] w = market(actions, a);
            reservePrice[a] = w[3];
            groups.computeIfAbsent(List.of(w[0], w[1], w[2]), k -> new ArrayList<>())
                    .add(a);
        }
        byAction = new Ranking[actions.size()];
        List<Ranking> list = new ArrayList<>();
        groups.forEach((w, ids) -> {
            int[] actionIds = ids.stream().mapToInt(Integer::intValue).toArray();
            double[] reserve = ids.stream().mapToDouble(a -> reservePrice[a]).toArray();
            Ranking ranking = new Ranking(w.get(0), w.get(1), w.get(2), reserve, actionIds);
            list.add(ranking);
            for (int a : actionIds) {
                byAction[a] = ranking;
            }
        });
        all = list.toArray(Ranking[]::new);
    }

    private static double[] market(ActionSpace actions, int actionId) {
        double[] w = FIXED.clone();
        double[] values = actions.values(actionId);
        for (int i = 0; i < values.length; i++) {
            w[HYPERPARAMETERS.indexOf(actions.names().get(i))] = values[i];
        }
        return w;
    }
}
