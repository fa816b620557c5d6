package org.drlput.common.serve;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.drlput.common.action.ActionSpace;
import org.drlput.common.experiment.Experiment;
import org.drlput.common.version.Version;
import org.jspecify.annotations.Nullable;

/** An experiment as decisions need it: what its actions mean, and which one is the manual setting. Immutable; any thread. */
public final class ServedExperiment {
    private final Experiment experiment;
    private final String sha256;
    private final ActionSpace actions;
    private final int manualAction;
    /**
     * By action; made when it is first asked for. Threads may make the same entry twice, and see each other's whole, because its
     * only field is final.
     */
    private final @Nullable Map<String, Double>[] hyperparameters;

    @SuppressWarnings({"unchecked", "rawtypes"})
    private ServedExperiment(Experiment experiment, String sha256, ActionSpace actions) {
        this.experiment = experiment;
        this.sha256 = sha256;
        this.actions = actions;
        manualAction = actions.manualAction();
        hyperparameters = new Map[actions.size()];
    }

    /** @param sha256 of the experiment's file */
    static ServedExperiment of(Experiment experiment, String sha256) {
        return new ServedExperiment(experiment, sha256, ActionSpace.of(experiment.actions()));
    }

    static ServedExperiment of(Version version) {
        return new ServedExperiment(version.experiment(), version.manifest().experimentSha256(), version.actions());
    }

    public Experiment experiment() {
        return experiment;
    }

    /** SHA-256 of the experiment's file, lower-case hex. */
    public String sha256() {
        return sha256;
    }

    public ActionSpace actions() {
        return actions;
    }

    /** The action of the manual setting. */
    public int manualAction() {
        return manualAction;
    }

    /** The hyperparameters of an action in [0, K), by name, in the experiment's order. */
    public Map<String, Double> hyperparameters(int actionId) {
        Map<String, Double> known = hyperparameters[actionId];
        return known == null ? make(actionId) : known;
    }

    private Map<String, Double> make(int actionId) {
        List<String> names = actions.names();
        double[] values = actions.values(actionId);
        Map<String, Double> byName = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            byName.put(names.get(i), values[i]);
        }
        Map<String, Double> made = Collections.unmodifiableMap(byName);
        hyperparameters[actionId] = made;
        return made;
    }
}
