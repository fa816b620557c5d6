package org.drlput.common.serve;

import org.drlput.common.network.ServingWeights;
import org.drlput.common.version.Version;
import org.jspecify.annotations.Nullable;

/** A verified version, ready to decide. Immutable; any thread. */
record Serving(Version version, ServedExperiment experiment, ServingWeights weights) {
    /** @param last what is served until now: what is the same in both is shared */
    static Serving of(Version version, @Nullable Serving last) {
        ServedExperiment experiment = last != null && last.version.experiment() == version.experiment()
                ? last.experiment
                : ServedExperiment.of(version);
        return new Serving(version, experiment, new ServingWeights(version.model(), version.weights()));
    }

    long number() {
        return version.manifest().version();
    }
}
