package org.drlput.jobs.train;

import java.util.List;

/** Watches the shards that a run has in its own process, as a console does. Called by the thread that runs. */
public interface ShardsWatch {
    /** Looks at nothing. */
    ShardsWatch NOBODY = new ShardsWatch() {
        @Override
        public void begin(List<String> shards) {}

        @Override
        public void end() {}
    };

    /** The shards serve now: {@code host:port} in shard order. */
    void begin(List<String> shards);

    /** They end as soon as this returns. */
    void end();
}
