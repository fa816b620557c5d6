package org.drlput.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.drlput.common.encode.EncodedBatch;
import org.drlput.common.experiment.ExperimentLoader;
import org.drlput.common.log.EpochOrder;
import org.drlput.common.log.FirstPassResult;
import org.drlput.jobs.firstpass.FirstPass;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TicketEncoderTest {
    private static final int ROWS = 40_000;

    @TempDir
    Path directory;

    private RunContext context;

    @BeforeEach
    void firstPass() throws IOException {
        byte[] yaml = TinyMarket.experiment(2, 50);
        Path logs = TinyMarket.logs(directory.resolve("logs"), ROWS, 1);
        Path out = directory.resolve("first-pass");
        new FirstPass(ExperimentLoader.parse(yaml, "experiment.yaml"), ExperimentLoader.sha256(yaml))
                .run(List.of(logs), out, (rows, bytes, total) -> {});
        context = RunContext.of(
                new TrainSettings("run", List.of(), yaml, out.toString(), "plain", TrainSettings.NO_HOLD));
    }

    @Test
    void everyTrainingRowComesOnceInEachEpochWhoeverEncodesIt() {
        FirstPassResult result = context.firstPass();
        for (int epoch = 0; epoch < 2; epoch++) {
            assertThat(rowsByNumber(epoch, 1)).isEqualTo(rowsByNumber(epoch, 3));
            long rows = rowsByNumber(epoch, 1).values().stream()
                    .mapToLong(Integer::intValue)
                    .sum();
            assertThat(rows).isEqualTo(result.trainedRows()).isBetween(30_000L, 32_500L);
        }
        assertThat(rowsByNumber(0, 1)).isEqualTo(rowsByNumber(1, 2));
    }

    /** How often each value of x was encoded, over one epoch and all lanes of all workers. */
    private TreeMap<Float, Integer> rowsByNumber(int epoch, int workers) {
        EpochOrder order = context.epochOrder();
        TreeMap<Float, Integer> seen = new TreeMap<>();
        for (int worker = 0; worker < workers; worker++) {
            Lanes lanes = Lanes.of(worker, workers, 8);
            try (TicketEncoder encoder = new TicketEncoder(context, lanes.count())) {
                EncodedBatch batch = encoder.newBatch();
                int width = context.model().features().numericWidth();
                for (long step = 0; step < context.plan().stepsPerEpoch(); step++) {
                    for (int lane = lanes.first(); lane < lanes.end(); lane++) {
                        encoder.encode(epoch, order.ticket(epoch, step, lane), batch);
                        for (int row = 0; row < batch.rowCount; row++) {
                            seen.merge(batch.numeric[row * width], 1, Integer::sum);
                        }
                    }
                }
            }
        }
        return seen;
    }
}
