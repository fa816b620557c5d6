package org.drlput.server.shard;

import org.junit.jupiter.api.Test;

/** Seeded walks through {@link Simulation}: the same bits as a plain loop, whatever comes late, twice, or not at all. */
class ShardSimulationTest {
    private final SimulatedRun run = new SimulatedRun();

    @Test
    void unorderedAndRepeatedMessagesChangeNothing() {
        walks(1_500, 0);
    }

    @Test
    void crashesAndNewGenerationsChangeNothing() {
        walks(1_500, 3);
    }

    private void walks(int seeds, int faults) {
        for (int seed = 0; seed < seeds; seed++) {
            int shards = 1 + seed % 3;
            int workers = 1 + seed / 3 % SimulatedRun.MICRO_BATCHES;
            Simulation simulation = new Simulation(seed, run, shards, workers, faults);
            try {
                simulation.walk();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed %d, shards %d, workers %d, faults %d: %s%nevents: %s"
                                .formatted(
                                        seed,
                                        shards,
                                        workers,
                                        faults,
                                        e.getMessage(),
                                        String.join(" | ", simulation.trace())),
                        e);
            }
        }
    }
}
