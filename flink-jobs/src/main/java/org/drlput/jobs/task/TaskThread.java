package org.drlput.jobs.task;

import java.util.function.Consumer;

/**
 * A thread beside a task's own. If it fails, that is told, so that the task can fail too: who waits for a dead thread waits for
 * ever. What fails because of {@link #close} is not told.
 */
public final class TaskThread implements AutoCloseable {
    private final Thread thread;
    private volatile boolean closed;

    /** What the thread does; ends when {@link TaskThread#closed} or interrupted. */
    @FunctionalInterface
    public interface Body {
        void run(TaskThread self) throws Exception;
    }

    private TaskThread(String name, Body body, Consumer<Throwable> onFailure) {
        thread = new Thread(() -> run(body, onFailure), name);
        thread.setDaemon(true);
    }

    public static TaskThread start(String name, Body body, Consumer<Throwable> onFailure) {
        TaskThread started = new TaskThread(name, body, onFailure);
        started.thread.start();
        return started;
    }

    // errors too: out of memory and missing classes leave a dead thread like any exception
    private void run(Body body, Consumer<Throwable> onFailure) {
        try {
            body.run(this);
        } catch (Throwable e) {
            if (!closed) {
                onFailure.accept(e);
            }
        }
    }

    public boolean closed() {
        return closed;
    }

    /** Interrupts the thread and waits for its end. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
