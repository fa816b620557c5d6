package org.drlput.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PowerCommandTest {
    @Test
    void tellsHowManyRowsALiftTakes() {
        Cli.Result result = Cli.run("power", "--actions", "125", "--rate", "0.05", "--lift", "0.05");

        assertThat(result.code()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("rows           7,")
                .contains(" to judge by: a lift of +5 % is told from none in 80 of 100 cases\n")
                .contains(" of them, one in 125; ")
                .contains(" rows in all, 10 % of them held out\n")
                .contains("interval       +1.5 % to +8.5 % around such an estimate\n");
    }

    @Test
    void aRateAboveOneIsNotPossible() {
        Cli.Result result = Cli.run("power", "--actions", "5", "--rate", "0.5", "--lift", "1");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("""
                        error: such a lift is not possible
                          found     a rate of 0.5, raised by 1.0: 1.0
                          expected  a rate below 1, since a request earns 0 or 1
                          to do     give a smaller --lift or --rate
                        """);
    }
}
