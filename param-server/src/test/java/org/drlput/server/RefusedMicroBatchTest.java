package org.drlput.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.List;
import org.drlput.common.client.ParameterServerException;
import org.drlput.common.client.RowSelection;
import org.drlput.common.client.RunFence;
import org.drlput.common.client.TrainingSession;
import org.drlput.common.gradient.Contribution;
import org.drlput.common.gradient.SummationTree.Subtree;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.wire.v1.RefusedMicroBatch;
import org.drlput.common.wire.v1.StatusReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Micro-batches that their worker judged unfit: their step completes, they are named, and too many of them end the run. */
class RefusedMicroBatchTest {
    private static final String CAUSE = "block 3, rows 17 to 24: gradient of output.bias: found NaN";

    @TempDir
    Path data;

    private static TestRun run(String maxRefusedShare) {
        return TestRun.of(
                "run",
                3,
                "{rowsPerStep: 64, microBatches: 8, maxRefusedShare: " + maxRefusedShare + "}",
                "{type: sgd}",
                1);
    }

    /** A step of empty contributions, one of them refused. */
    private static void push(TrainingSession session, TestRun run, long step, int refused) {
        for (int lane = 0; lane < 8; lane++) {
            Contribution contribution = new Contribution(run.tensors());
            List<RefusedMicroBatch> list = List.of();
            if (lane == refused) {
                contribution.metrics().refusedMicroBatches = 1;
                list = List.of(RefusedMicroBatch.newBuilder()
                        .setStep(step)
                        .setMicroBatch(lane)
                        .setCause(CAUSE)
                        .build());
            }
            session.push(step, new Subtree(lane, 1, contribution), list, null).join();
        }
    }

    @Test
    void aStepWithOneCompletesAndNamesIt() {
        TestRun run = run("0.01");
        try (TestServers servers = new TestServers(data, 2)) {
            RunFence fence = run.fence(1, servers.client().open(run.openRequest(1, 1, 2)));
            push(servers.client().session(fence, run.tensors()), run, 0, 5);
            for (StatusReply status : servers.client().statuses()) {
                assertThat(status.getStep()).isEqualTo(1);
                assertThat(status.getFailure()).isEmpty();
                assertThat(status.getMetrics().getRefusedMicroBatches()).isEqualTo(1);
                assertThat(status.getRefused(0).getMicroBatch()).isEqualTo(5);
                assertThat(status.getRefused(0).getCause()).isEqualTo(CAUSE);
            }
        }
    }

    @Test
    void moreThanTheAllowedShareEndTheRun() {
        TestRun run = run("0");
        try (TestServers servers = new TestServers(data, 1)) {
            RunFence fence = run.fence(1, servers.client().open(run.openRequest(1, 1, 1)));
            TrainingSession session = servers.client().session(fence, run.tensors());
            push(session, run, 0, 5);
            String why =
                    "1 of 8 micro-batches were refused, more than training.maxRefusedShare 0.0 allows; the last: step 0,"
                            + " micro-batch 5: " + CAUSE;
            StatusReply status = servers.client().statuses().get(0);
            assertThat(status.getFailure()).isEqualTo(why);
            assertThat(status.getStagedList())
                    .as("no version of a run that failed")
                    .isEmpty();
            assertThatThrownBy(() -> session.pull(1, new RowSelection(run.tensors()), new Parameters(run.tensors())))
                    .isInstanceOfSatisfying(
                            ParameterServerException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.INVALID_ARGUMENT))
                    .hasMessageEndingWith(why);
            assertThatThrownBy(() -> push(session, run, 1, -1)).hasMessageEndingWith(why);
        }
    }
}
