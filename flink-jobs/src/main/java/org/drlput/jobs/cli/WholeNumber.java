package org.drlput.jobs.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A whole number of 64 bits; {@code 1_000_000} is one too. */
final class WholeNumber implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
        return parse(value, Long.MIN_VALUE, Long.MAX_VALUE, "a whole number");
    }

    private static long parse(String value, long least, long most, String expected) {
        try {
            long number = Long.parseLong(value.replaceAll("(?<=\\d)_(?=\\d)", ""));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new TypeConversionException("found '%s', expected %s".formatted(value, expected));
    }

    /** At least 1. */
    static final class Positive implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            return parse(value, 1, Long.MAX_VALUE, "a whole number of at least 1");
        }
    }

    /** From 1 to a thousand: of workers, shards. */
    static final class Few implements ITypeConverter<Integer> {
        private static final int MOST = 1000;

        @Override
        public Integer convert(String value) {
            return (int) parse(value, 1, MOST, "a whole number from 1 to " + MOST);
        }
    }

    /** A position that counts from 0. */
    static final class Index implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            return (int) parse(value, 0, Integer.MAX_VALUE, "a whole number of at least 0");
        }
    }

    /** A TCP port; 0: any that is free. */
    static final class Port implements ITypeConverter<Integer> {
        private static final int MOST = 65_535;

        @Override
        public Integer convert(String value) {
            return (int) parse(value, 0, MOST, "a port from 0 (any) to " + MOST);
        }
    }
}
