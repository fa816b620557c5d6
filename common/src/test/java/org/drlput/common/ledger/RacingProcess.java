package org.drlput.common.ledger;

import java.nio.file.Path;
import java.time.Clock;
import org.drlput.common.ledger.AliasMove.Free;

/** Moves an alias to and fro, as often as it is told, against whoever else does: prints how often it was too late. */
final class RacingProcess {
    static final String ALIAS = "canary";

    private RacingProcess() {}

    /** @param arguments the registry, how many moves, and who moves */
    public static void main(String[] arguments) {
        VersionKeeper keeper = new VersionKeeper(Path.of(arguments[0]), Clock.systemUTC());
        int moves = Integer.parseInt(arguments[1]);
        int late = 0;
        while (moves > 0) {
            Long stands = keeper.list().aliases().get(ALIAS);
            long next = stands == null || stands == 2 ? 1 : 2;
            try {
                keeper.move(new AliasMove(ALIAS, next, stands, new Free(), new Who(arguments[2], "a race")));
                moves--;
            } catch (RefusedChangeException e) {
                if (e.reason() != RefusedChangeException.Reason.STALE) {
                    throw e;
                }
                late++;
            }
        }
        System.out.println(late);
    }
}
