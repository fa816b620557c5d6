package org.drlput.common.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.drlput.common.experiment.Experiment;
import org.drlput.common.experiment.ExperimentLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MarketCheckTest {
    private static Experiment with(String found, String replacement) {
        String yaml = SimulatedLogs.yaml();
        assertThat(yaml).contains(found);
        return ExperimentLoader.parse(yaml.replace(found, replacement), "test.yaml");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {name: activity,         | {name: age,             | feature 'age': the market's numeric features are ctr_30d, activity, session_depth, hour
                    {name: country,          | {name: city,            | feature 'city': the market's categorical features are country, device, user
                    {name: interests,        | {name: topics,          | feature 'topics': the market's multi-categorical features are interests
                    {name: reserve_price,    | {name: boost,           | hyperparameter 'boost': the market's hyperparameters are w_click, w_long_click, w_conversion, reserve_price
                    {column: long_click}     | {column: dwell}         | outcome 'long_click': column 'dwell': the market's outcomes are revenue, click, long_click, conversion
                    conversion_delay_ms      | delay                   | outcome 'conversion': delay column 'delay': the market logs conversion_delay_ms, of conversions, only
                    numeric, missing: mean}  | numeric}                | feature 'session_depth': is missing in some rows, declare missing: mean or missing: zero
                    requestId: request_id    | requestId: explored     | log.requestId: 'explored' is a column of the market already, expected another name
                    userId: user_id          | userId: click           | log.userId: 'click' is a column of the market already, expected another name
                    """)
    void whatTheMarketDoesNotHaveIsNamed(String found, String replacement, String message) {
        Experiment experiment = with(found, replacement);

        assertThatThrownBy(() -> Market.of(experiment, 1))
                .isInstanceOf(SimulationException.class)
                .hasMessage(
                        "experiment 'ad-market' does not fit the simulated market: 1 problem\\n  ".replace("\\n", "\n")
                                + message);
    }

    @Test
    void actionsByTheirHyperparametersAreNotLogged() {
        Experiment experiment = with(
                "actionId: action_id",
                "actionColumns: {w_click: a, w_long_click: b, w_conversion: c, reserve_price: d}");

        assertThatThrownBy(() -> Market.of(experiment, 1))
                .hasMessageContaining(
                        "log.actionColumns: the market logs action ids, name their column in log.actionId");
    }

    @Test
    void allProblemsAreToldInOneGo() {
        Experiment experiment = ExperimentLoader.parse(
                SimulatedLogs.yaml()
                        .replace("{name: activity,", "{name: age,")
                        .replace("{name: country,", "{name: city,"),
                "test.yaml");

        assertThatThrownBy(() -> Market.of(experiment, 1))
                .hasMessageContaining("2 problems")
                .hasMessageContaining("feature 'age'")
                .hasMessageContaining("feature 'city'");
    }

    @Test
    void anExperimentMayLookAtLessThanTheMarketHas() {
        Experiment experiment = with("  - {name: activity, type: numeric}\n", "");

        assertThat(Market.of(experiment, 1).actions().size()).isEqualTo(125);
    }

    @Test
    void theUsersColumnMayBeAFeatureToo() {
        Market market = Market.of(with("userId: user_id", "userId: user"), 1);

        assertThat(MarketTable.log(market).header()).doesNotContain("user_id").containsOnlyOnce("user");
    }

    @Test
    void hyperparametersThatAreNotTunedKeepTheManualSetting() {
        Market market = Market.of(SimulatedLogs.small(), 1);
        Rankings rankings = new Rankings(market.actions());

        assertThat(rankings.all).hasSize(3);
        assertThat(rankings.byAction[0].click()).isZero();
        assertThat(rankings.byAction[0].longClick()).isEqualTo(3);
        assertThat(rankings.byAction[0].conversion()).isEqualTo(3);
        assertThat(rankings.reservePrice).containsExactly(0, 0.2, 0, 0.2, 0, 0.2);
    }
}
