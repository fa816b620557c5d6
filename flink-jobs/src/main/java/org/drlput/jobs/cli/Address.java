package org.drlput.jobs.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code host:port}. */
final class Address implements ITypeConverter<String> {
    private static final int MOST = 65_535;

    @Override
    public String convert(String value) {
        int colon = value.lastIndexOf(':');
        String port = value.substring(colon + 1);
        boolean number = port.matches("\\d{1,5}") && Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= MOST;
        if (colon < 1 || !number || value.chars().anyMatch(Character::isWhitespace)) {
            throw new TypeConversionException("found '%s', expected host:port, as in 10.0.0.1:7077".formatted(value));
        }
        return value;
    }
}
