package org.drlput.jobs.cluster;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One process of a cluster, as it is now.
 *
 * @param pid null where it does not run
 * @param restarts how often it was started again since the cluster is up
 * @param healthy whether it does its work, as far as can be asked
 * @param health in words
 * @param residentBytes 0 where it does not run
 */
public record ProcessStatus(
        String name, @Nullable Long pid, int restarts, boolean healthy, String health, long residentBytes, Path log) {}
