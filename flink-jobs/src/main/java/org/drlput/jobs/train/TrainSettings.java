package org.drlput.jobs.train;

import java.io.Serializable;
import java.util.List;

/**
 * What every task of the job needs to know; the rest is read from the run's files.
 *
 * @param run the run's id
 * @param servers {@code host:port} of every shard, in shard order
 * @param experimentYaml bytes of the experiment file; owned, not changed
 * @param firstPass the first pass's output: a directory that every task can read
 * @param kernel which must compute, on every worker: other kernels give other bits
 * @param holdAtStep steps before this one are computed, then the job waits to be stopped; {@link #NO_HOLD}: all of them are
 */
public record TrainSettings(
        String run, List<String> servers, byte[] experimentYaml, String firstPass, String kernel, long holdAtStep)
        implements Serializable {
    public static final long NO_HOLD = Long.MAX_VALUE;

    public TrainSettings {
        servers = List.copyOf(servers);
    }
}
