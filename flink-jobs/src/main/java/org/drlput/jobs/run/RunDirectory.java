package org.drlput.jobs.run;

import java.nio.file.Path;

/** Where a run keeps what: see docs/contracts.md, "Run directory". The embedded servers' data lies here too. */
public record RunDirectory(Path root) {
    public Path experiment() {
        return root.resolve("experiment.yaml");
    }

    public Path firstPass() {
        return root.resolve("first-pass");
    }

    public Path checkpoints() {
        return root.resolve("checkpoints");
    }

    /** Where a stop leaves its savepoint. */
    public Path savepoints() {
        return root.resolve("savepoints");
    }

    /** What Flink writes while it runs, of no use afterwards. */
    public Path scratch() {
        return root.resolve("scratch");
    }

    public Path runInfo() {
        return root.resolve("run.json");
    }

    /** One line a second of the run. */
    public Path history() {
        return root.resolve("history.jsonl");
    }
}
