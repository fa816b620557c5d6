package org.drlput.common.simulate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.drlput.common.version.Version;

/** Logs of the simulated market whose actions are drawn from a version's probabilities alone: each row's propensity is one of them. */
public final class PolicyLogs {
    private PolicyLogs() {}

    /** Writes one Arrow file, without what is true of the market, which takes the time. */
    public static void write(Version version, int rows, long seed, Path file) throws IOException {
        Market market = Market.of(version.experiment(), seed);
        LogKind kind = new LogKind(new Behaviour.OfPolicy(version, 0), 1, false);
        LogRows log = MarketLog.of(market, 0, kind, rows).rows(0, rows);
        SimulatedFormat.ARROW
                .writer()
                .write(file, MarketTable.log(market), List.of(log).iterator());
    }
}
