package org.drlput.common.simulate;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Chunks of a log in their order, made ahead by several threads; a few are in memory at a time. Read by one thread, which owns
 * the others: {@link #close} ends them.
 */
final class ChunkQueue implements Iterator<LogRows>, AutoCloseable {
    /** Rows of all chunks but the last. */
    static final int ROWS = 16_384;

    interface Source {
        LogRows rows(long first, int count);
    }

    private final Source source;
    private final long rowCount;
    private final int ahead;
    private final ExecutorService threads;
    private final ArrayDeque<Future<LogRows>> chunks = new ArrayDeque<>();
    private long asked;

    ChunkQueue(Source source, long rowCount, int threadCount) {
        this.source = source;
        this.rowCount = rowCount;
        ahead = threadCount + 2;
        threads = Executors.newFixedThreadPool(threadCount, task -> {
            Thread thread = new Thread(task, "simulate");
            thread.setDaemon(true);
            return thread;
        });
        askAhead();
    }

    private void askAhead() {
        while (chunks.size() < ahead && asked < rowCount) {
            long first = asked;
            int count = (int) Math.min(ROWS, rowCount - first);
            chunks.add(threads.submit(() -> source.rows(first, count)));
            asked += count;
        }
    }

    @Override
    public boolean hasNext() {
        return !chunks.isEmpty();
    }

    /** Waits for the next chunk. An interrupt ends it with an {@link InterruptedIOException}, wrapped. */
    @Override
    public LogRows next() {
        Future<LogRows> next = chunks.poll();
        if (next == null) {
            throw new NoSuchElementException();
        }
        try {
            LogRows rows = next.get();
            askAhead();
            return rows;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted"));
        } catch (ExecutionException e) {
            throw new IllegalStateException("rows can not be made: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
