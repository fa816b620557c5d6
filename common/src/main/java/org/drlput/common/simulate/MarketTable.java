package org.drlput.common.simulate;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.drlput.common.experiment.Experiment;

/**
 * The columns of a file of the market, in order. A log has all that the market tells, whether the experiment reads it or not, so
 * that other experiments can be run on the same log.
 */
record MarketTable(List<MarketColumn> columns) {
    /** Request, features, action, propensity and outcomes, under the names that the experiment reads. */
    static MarketTable log(Market market) {
        Experiment.Log names = market.experiment().log();
        List<MarketColumn> columns = new ArrayList<>();
        columns.add(MarketColumn.requestId(names.requestId()));
        columns.add(MarketColumn.eventTime(names.eventTime()));
        String userId = names.userId();
        if (userId != null && !userId.equals(MarketCheck.USER)) {
            columns.add(MarketColumn.words(userId, MarketCheck.USER));
        }
        addFeatures(market, columns);
        String actionId = names.actionId();
        if (actionId != null) {
            columns.add(MarketColumn.count(actionId, rows -> rows.actionId));
        }
        columns.add(MarketColumn.propensity(names.propensity()));
        columns.add(MarketColumn.explored());
        for (String outcome : MarketCheck.OUTCOMES) {
            columns.add(
                    outcome.equals("revenue")
                            ? MarketColumn.revenue()
                            : MarketColumn.count(outcome, rows -> rows.count(outcome)));
        }
        columns.add(MarketColumn.delay());
        return new MarketTable(List.copyOf(columns));
    }

    /** Features only. */
    static MarketTable traffic(Market market) {
        List<MarketColumn> columns = new ArrayList<>();
        addFeatures(market, columns);
        return new MarketTable(List.copyOf(columns));
    }

    private static void addFeatures(Market market, List<MarketColumn> columns) {
        MarketCheck.NUMBERS.forEach(name -> columns.add(MarketColumn.number(name)));
        if (market.experiment().features().stream().anyMatch(f -> f.name().equals(MarketCheck.WEEKDAY))) {
            columns.add(MarketColumn.number(MarketCheck.WEEKDAY));
        }
        MarketCheck.CATEGORIES.forEach(name -> columns.add(MarketColumn.words(name, name)));
        MarketCheck.BAGS.forEach(name -> columns.add(MarketColumn.topics(name)));
    }

    Schema schema() {
        return new Schema(columns.stream().map(MarketColumn::field).toList());
    }

    /** Makes the root hold the rows. */
    void write(LogRows rows, VectorSchemaRoot root) {
        for (int c = 0; c < columns.size(); c++) {
            columns.get(c).write(rows, root.getVector(c));
        }
        root.setRowCount(rows.rowCount);
    }

    String[] header() {
        return columns.stream().map(column -> column.field().getName()).toArray(String[]::new);
    }
}
