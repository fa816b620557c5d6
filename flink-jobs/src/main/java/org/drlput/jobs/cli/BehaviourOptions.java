package org.drlput.jobs.cli;

import java.nio.file.Path;
import java.util.List;
import org.drlput.common.experiment.Nearest;
import org.drlput.common.simulate.Behaviour;
import org.drlput.common.version.Version;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that only some behaviours of a simulated log have. */
final class BehaviourOptions {
    private static final String GAUSSIAN = "gaussian";
    private static final String POLICY = "policy";
    private static final List<String> NAMES = List.of("uniform", GAUSSIAN, POLICY);

    @Option(
            names = "--deviation",
            paramLabel = "D",
            description = "Of gaussian: how far from the manual setting, in groups of each hyperparameter; default: 1.")
    private @Nullable Double deviation;

    @Option(
            names = "--policy",
            paramLabel = "DIR",
            description = "Of policy: a version's directory, as RUN/versions/000000000977.")
    private @Nullable Path policy;

    @Option(
            names = "--explored",
            paramLabel = "SHARE",
            description = "Of policy: the share of requests whose action is drawn uniformly instead; default: 0.1.")
    private @Nullable Double explored;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Names of behaviours. */
    static final class Name implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (NAMES.contains(value)) {
                return value;
            }
            throw new TypeConversionException("found '%s', expected one of %s%s"
                    .formatted(value, String.join(", ", NAMES), Nearest.hint(value, NAMES)));
        }
    }

    Behaviour behaviour(String name) {
        only(GAUSSIAN, name, "--deviation", deviation);
        only(POLICY, name, "--policy", policy);
        only(POLICY, name, "--explored", explored);
        if (name.equals(GAUSSIAN)) {
            return new Behaviour.Gaussian(deviation == null ? 1 : deviation);
        } else if (name.equals(POLICY)) {
            if (policy == null) {
                throw new ParameterException(
                        command.commandLine(), "--behaviour policy needs --policy, the version that chooses");
            }
            return new Behaviour.OfPolicy(Version.read(policy), explored == null ? 0.1 : explored);
        }
        return new Behaviour.Uniform();
    }

    private void only(String of, String name, String option, @Nullable Object given) {
        if (given != null && !name.equals(of)) {
            throw new ParameterException(
                    command.commandLine(), "%s is of --behaviour %s, not of %s".formatted(option, of, name));
        }
    }
}
