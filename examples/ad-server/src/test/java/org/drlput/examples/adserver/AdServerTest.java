package org.drlput.examples.adserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.simulate.Market;
import org.drlput.examples.adserver.Messages.Ask;
import org.drlput.examples.adserver.Messages.Candidate;
import org.drlput.examples.adserver.Messages.Outcome;
import org.drlput.examples.adserver.Messages.Ranked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ad server over HTTP, with no parameter server to be found: requests get the manual setting, and explore. */
class AdServerTest {
    private static final Path EXPERIMENT = Path.of("experiment.yaml");

    @TempDir
    private Path directory;

    private AdServer start(double exploration) throws IOException {
        // port 1 answers nobody
        return AdServer.start(new AdServer.Settings(
                "127.0.0.1:1", EXPERIMENT, exploration, directory.resolve("logs"), directory.resolve("store"), 0));
    }

    @Test
    void visitsAreRankedAndWhatIsExploredIsLogged() throws Exception {
        Market market = Market.of(ExperimentLoader.load(EXPERIMENT), 7);
        Messages.Status status;
        Day day;
        try (AdServer server = start(0.2)) {
            Site site = new Site(server.port());
            day = new Visitors(market, 1, 500).day(0, site);
            status = site.status();
            assertThat(status.version()).isEqualTo(-1);
            assertThat(status.fallbacks()).containsExactly(Map.entry("noVersion", 500 - status.explored()));
            assertThat(status.pending()).isZero();
        }
        assertThat(day.visits()).isEqualTo(500);
        assertThat(day.explored()).isEqualTo(status.explored()).isBetween(60L, 140L);
        assertThat(day.byPolicy()).isZero();
        assertThat(day.clickRate()).isBetween(0.05, 0.5);
        try (Stream<Path> files = Files.walk(directory.resolve("logs"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".arrow"))).isNotEmpty();
        }
    }

    @Test
    void adsThatDoNotBidTheReservePriceAreLeftOutAndTheRestIsRankedByTheUtility() throws IOException {
        try (AdServer server = start(0)) {
            Ask ask = new Ask(
                    "r1",
                    "2026-01-01T00:00:00Z",
                    Map.of("ctr_30d", 0.05),
                    List.of(
                            new Candidate(0.1, 1, 1, 1),
                            new Candidate(0.5, 0.1, 0, 0),
                            new Candidate(0.5, 0.1, 0.1, 0),
                            new Candidate(1, 0, 0, 0)));

            Ranked ranked = new Site(server.port()).rank(ask);

            // the manual setting: w_click 1, w_long_click 3, w_conversion 3, reserve_price 0.2
            assertThat(ranked).isEqualTo(new Ranked(-1, "fallback: noVersion", 0.2, List.of(3, 2, 1)));
        }
    }

    @Test
    void whatCanNotBeReadIsRefusedAndAnUnknownOutcomeChangesNothing() throws IOException {
        try (AdServer server = start(1)) {
            Site site = new Site(server.port());

            assertThatThrownBy(() -> site.rank(new Ask("r1", "yesterday", Map.of(), List.of())))
                    .hasMessageContaining("'yesterday' could not be parsed");
            site.outcomes(List.of(new Outcome("never asked", Map.of("revenue", 1.0))));
            assertThat(site.status().rowsLogged()).isZero();
        }
    }
}
