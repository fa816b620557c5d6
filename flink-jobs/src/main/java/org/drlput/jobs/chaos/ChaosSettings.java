package org.drlput.jobs.chaos;

import java.nio.file.Path;
import java.util.List;

/**
 * What chaos should do.
 *
 * @param directory of cluster, runs and journal
 * @param faults how many in all
 * @param runs how many at least
 * @param only these kinds; empty: all that this machine permits
 * @param mode step, bounded or async
 * @param rows of the log that each run trains on
 * @param port the cluster's first
 */
public record ChaosSettings(
        Path directory, int faults, int runs, long seed, List<FaultKind> only, String mode, int rows, int port) {
    public ChaosSettings {
        only = List.copyOf(only);
    }
}
