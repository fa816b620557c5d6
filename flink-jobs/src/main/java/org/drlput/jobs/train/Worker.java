package org.drlput.jobs.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.drlput.common.client.ParameterClient;
import org.drlput.common.client.RunFence;
import org.drlput.common.log.LogException;
import org.drlput.common.math.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * What one gradient task works with: reads and encodes its lanes of each step, and hands them to a {@link StepTrainer} once the
 * first record of a generation has told which one that is. Task thread only.
 */
final class Worker implements AutoCloseable {
    /** One step computes while the next is read and encoded. */
    private static final int STEPS_AHEAD = 2;

    private final RunContext context;
    private final Lanes lanes;
    private final Consumer<Throwable> onFailure;
    private final TicketEncoder encoder;
    private final ParameterClient client;
    private @Nullable StepTrainer trainer;

    /** @param onFailure is told, from another thread, what training failed with */
    Worker(RunContext context, Lanes lanes, Consumer<Throwable> onFailure) {
        this.context = context;
        this.lanes = lanes;
        this.onFailure = onFailure;
        encoder = new TicketEncoder(context, lanes.count());
        client = ParameterClient.connect(context.settings().servers());
    }

    void open(StepRecord opening) {
        Kernels kernels = Kernels.named(context.settings().kernel());
        RunFence fence = new RunFence(
                context.settings().run(),
                opening.generation(),
                Arrays.stream(opening.incarnations()).boxed().toList(),
                context.experimentSha256(),
                kernels.name());
        List<EncodedStep> steps = new ArrayList<>();
        for (int i = 0; i < STEPS_AHEAD; i++) {
            steps.add(new EncodedStep(context, lanes, encoder));
        }
        trainer = new StepTrainer(context, lanes, client.session(fence, context.tensors()), kernels, steps, onFailure);
    }

    /** Reads and encodes a step's lanes; waits until there is room for it. */
    void prepare(StepRecord record) throws InterruptedException {
        StepTrainer opened = trainer;
        if (opened == null) {
            throw new IllegalStateException(
                    "step %d came before the first record of its generation".formatted(record.step()));
        }
        EncodedStep step = opened.take();
        try {
            step.fill(record, encoder);
        } catch (LogException e) {
            throw new IncurableException(String.valueOf(e.getMessage()), e);
        }
        opened.offer(step);
    }

    /** Waits until every step so far is computed and pushed. */
    void drain() throws InterruptedException {
        StepTrainer opened = trainer;
        if (opened != null) {
            opened.drain();
        }
    }

    @Override
    public void close() {
        StepTrainer opened = trainer;
        if (opened != null) {
            opened.close();
        }
        client.close();
        encoder.close();
    }
}
