package org.drlput.jobs.train;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for pushes, and throws what a failed one failed with. */
final class Pushes {
    private Pushes() {}

    static void await(List<CompletableFuture<Void>> pushes) throws InterruptedException {
        for (CompletableFuture<Void> push : pushes) {
            try {
                push.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new TrainingException("a push failed: " + e.getMessage(), e);
            }
        }
    }
}
