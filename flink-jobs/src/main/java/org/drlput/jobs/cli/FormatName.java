package org.drlput.jobs.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.drlput.common.experiment.Nearest;
import org.drlput.common.simulate.SimulatedFormat;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code arrow}, {@code parquet} or {@code csv}. */
final class FormatName implements ITypeConverter<SimulatedFormat> {
    private static final List<String> NAMES = Arrays.stream(SimulatedFormat.values())
            .map(format -> format.name().toLowerCase(Locale.ROOT))
            .toList();

    @Override
    public SimulatedFormat convert(String value) {
        int index = NAMES.indexOf(value.toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw new TypeConversionException("found '%s', expected one of %s%s"
                    .formatted(value, String.join(", ", NAMES), Nearest.hint(value, NAMES)));
        }
        return SimulatedFormat.values()[index];
    }
}
