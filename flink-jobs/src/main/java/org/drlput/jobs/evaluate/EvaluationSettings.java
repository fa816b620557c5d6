package org.drlput.jobs.evaluate;

import java.io.Serializable;
import java.util.List;

/**
 * What the evaluation operator needs to know.
 *
 * @param servers {@code host:port} of every shard, in shard order
 * @param experimentYaml bytes of the experiment file; owned, not changed
 * @param firstPass the first pass's output, whose hold-out sample is judged on
 * @param kernel which computes the scores
 */
public record EvaluationSettings(List<String> servers, byte[] experimentYaml, String firstPass, String kernel)
        implements Serializable {
    public EvaluationSettings {
        servers = List.copyOf(servers);
    }
}
