package org.drlput.jobs.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a cluster on this machine keeps what: one directory for all. {@code run} is there only while the cluster is up; the rest
 * outlives it.
 *
 * @param root absolute; its text marks the cluster's processes
 */
public record ClusterDirectory(Path root) {
    /** By its real name, if it is there: a cluster is the same one through any symbolic link. */
    public static ClusterDirectory of(Path root) {
        try {
            return new ClusterDirectory(Files.exists(root) ? root.toRealPath() : normal(root));
        } catch (IOException e) {
            return new ClusterDirectory(normal(root));
        }
    }

    private static Path normal(Path root) {
        return root.toAbsolutePath().normalize();
    }

    /** What should run; replaced at once by {@code up} and {@code scale}. */
    Path spec() {
        return root.resolve("cluster.json");
    }

    /** The job that should run; not there: none. */
    Path job() {
        return root.resolve("job.json");
    }

    /** The shards' data: captures, versions, evaluations. */
    public Path data() {
        return root.resolve("data");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    public Path log(String process) {
        return logs().resolve(process + ".log");
    }

    /** Which checkpoints a job has completed: what a new JobManager starts from. */
    Path recovery() {
        return root.resolve("recovery");
    }

    Path run() {
        return root.resolve("run");
    }

    /** Process ids, a file each. */
    Path pids() {
        return run().resolve("pids");
    }

    Path pid(String process) {
        return pids().resolve(process);
    }

    /** What a process may lose when it dies. */
    Path temporary(String process) {
        return run().resolve("tmp").resolve(process);
    }

    Path configuration() {
        return run().resolve("conf");
    }

    Path supervisorLock() {
        return run().resolve("supervisor.lock");
    }

    /** What the supervisor has seen of each process. */
    Path supervision() {
        return run().resolve("supervision.json");
    }
}
