package org.drlput.jobs.cli;

import java.util.List;
import org.drlput.common.estimate.EvaluationScope;
import org.drlput.common.experiment.Nearest;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which rows of logs judge a version. */
final class RowsOption {
    @Option(
            names = "--rows",
            paramLabel = "WHICH",
            defaultValue = "all",
            converter = Scopes.class,
            description =
                    "all, or held-out: those that the (first) version's experiment holds out, for the logs that it was trained "
                            + "on; default: ${DEFAULT-VALUE}.")
    private EvaluationScope scope = EvaluationScope.WHOLE_LOG;

    EvaluationScope scope() {
        return scope;
    }

    /** By their names. */
    static final class Scopes implements ITypeConverter<EvaluationScope> {
        private static final List<String> NAMES = List.of("all", "held-out");

        @Override
        public EvaluationScope convert(String value) {
            return switch (value) {
                case "all" -> EvaluationScope.WHOLE_LOG;
                case "held-out" -> EvaluationScope.HOLD_OUT;
                default ->
                    throw new TypeConversionException("found '%s', expected one of %s%s"
                            .formatted(value, String.join(", ", NAMES), Nearest.hint(value, NAMES)));
            };
        }
    }
}
