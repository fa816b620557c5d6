package org.drlput.server.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.drlput.common.tensor.Parameters;
import org.drlput.common.tensor.TensorSpec;
import org.drlput.server.optimizer.Average;
import org.drlput.server.optimizer.BeforeChange;
import org.drlput.server.optimizer.Optimizer;
import org.drlput.server.optimizer.OptimizerState;
import org.drlput.server.shard.StateCopy;
import org.jspecify.annotations.Nullable;

/**
 * Copies a shard's state while the shard goes on: a copy is begun in no time, filled by a thread beside, and whatever the shard is
 * about to change before that thread has come to it, the shard copies itself, a few rows. So a shard stands still for the rows that it
 * touches, not for its whole state.
 *
 * <p>The arrays of copies are used again, and the first ones are made before they are needed: to touch new memory takes longer than
 * to copy. As many are kept as were in use at once, two of each kind at most.
 *
 * <p>{@link #begin}, {@link #beginVersion} and {@link #change} on the shard's thread, all else on any.
 */
public final class StateCopier implements BeforeChange {
    private static final int SPARES = 2;

    private final Parameters weights;
    private final Optimizer optimizer;
    private final List<Optimizer.State> state;
    private final Executor beside;
    private final Spares<StateCopy> states = new Spares<>(this::newState);
    private final Spares<Parameters> versions;
    /** Not yet filled, as far as the shard's thread has noticed. */
    private final List<CopyInProgress> unfilled = new ArrayList<>();
    /** All that are not given back. */
    private final List<CopyInProgress> copies = new ArrayList<>();

    /**
     * @param weights live, as is the optimizer
     * @param beside runs tasks on one other thread
     */
    public StateCopier(Parameters weights, Optimizer optimizer, Executor beside) {
        this.weights = weights;
        this.optimizer = optimizer;
        this.state = optimizer.state();
        this.beside = beside;
        this.versions = new Spares<>(() -> new Parameters(weights.tensors()));
        optimizer.tell(this);
        beside.execute(states::prepare);
        beside.execute(versions::prepare);
    }

    private StateCopy newState() {
        return new StateCopy(
                new Parameters(weights.tensors()),
                new OptimizerState(state.stream()
                        .map(live -> new Optimizer.State(live.name(), new float[live.values().length]))
                        .toList()));
    }

    /** A copy of all as it is now, which is being filled: {@link #await} before it is read. */
    public StateCopy begin() {
        StateCopy into = states.take();
        fill(into.weights(), into.optimizer().arrays(), null);
        return into;
    }

    /** As {@link #begin}, of what a version holds alone: the weights, or their average. */
    public Parameters beginVersion(long updates) {
        Parameters into = versions.take();
        fill(into, List.of(), optimizer.average(updates));
        return into;
    }

    private void fill(Parameters into, List<Optimizer.State> intoState, @Nullable Average average) {
        List<TensorSpec> tensors = weights.tensors();
        List<CopyInProgress.Arrays> arrays = new ArrayList<>();
        for (int t = 0; t < tensors.size(); t++) {
            float[] live = weights.values(t);
            float[] copy = into.values(t);
            int tensor = t;
            CopyInProgress.Arrays of = new CopyInProgress.Arrays(tensors.get(t));
            arrays.add(
                    average == null
                            ? of.add(live, copy)
                            : of.add((from, count) -> average.write(tensor, live, copy, from, count)));
        }
        for (int s = 0; s < intoState.size(); s++) {
            int tensor = weights.index(state.get(s).tensor());
            arrays.get(tensor).add(state.get(s).values(), intoState.get(s).values());
        }
        CopyInProgress copy = new CopyInProgress(into, arrays);
        unfilled.add(copy);
        synchronized (copies) {
            copies.add(copy);
        }
        beside.execute(copy);
    }

    @Override
    public void change(int tensor, int firstRow, int rows) {
        for (int i = unfilled.size() - 1; i >= 0; i--) {
            CopyInProgress copy = unfilled.get(i);
            if (copy.filled()) {
                unfilled.remove(i);
            } else {
                copy.keep(tensor, firstRow, rows);
            }
        }
    }

    /** Fills what is not filled yet of the copy with these weights. */
    public void await(Parameters copied) {
        CopyInProgress copy = find(copied);
        if (copy != null) {
            copy.run();
        }
    }

    private @Nullable CopyInProgress find(Parameters copied) {
        synchronized (copies) {
            for (CopyInProgress copy : copies) {
                if (copy.weights() == copied) {
                    return copy;
                }
            }
        }
        return null;
    }

    /** Nobody reads it any more. */
    public void giveBack(StateCopy copy) {
        if (forget(copy.weights())) {
            states.giveBack(copy);
        }
    }

    /** Nobody reads it any more. */
    public void giveBack(Parameters copy) {
        if (forget(copy)) {
            versions.giveBack(copy);
        }
    }

    private boolean forget(Parameters copied) {
        CopyInProgress copy = find(copied);
        if (copy == null) {
            return false;
        }
        copy.run();
        synchronized (copies) {
            return copies.remove(copy);
        }
    }

    /** Arrays that nobody uses at present. */
    private static final class Spares<T> {
        private final Supplier<T> maker;
        private final List<T> spares = new ArrayList<>();

        Spares(Supplier<T> maker) {
            this.maker = maker;
        }

        synchronized T take() {
            if (!spares.isEmpty()) {
                return spares.remove(spares.size() - 1);
            }
            return maker.get();
        }

        /** Makes the first one. */
        void prepare() {
            giveBack(maker.get());
        }

        synchronized void giveBack(T used) {
            if (spares.size() < SPARES) {
                spares.add(used);
            }
        }
    }
}
