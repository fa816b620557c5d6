package org.drlput.common.log;

import java.time.DateTimeException;
import java.time.LocalDate;

/** Numbers, instants and booleans in CSV cells, read without making strings where the text is plain. */
final class CsvCells {
    /** A cell that is not what its column needs. */
    static final class FormatException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final String text;

        FormatException(String found, String expected) {
            // no stack trace: one bad file has millions
            super(null, null, false, false);
            text = "'%s': expected %s".formatted(abbreviated(found), expected);
        }

        private static String abbreviated(String text) {
            return text.length() <= 60 ? text : text.substring(0, 57) + "...";
        }
    }

    /** Powers of ten that float64 holds exactly. */
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private CsvCells() {}

    /** An empty cell, or one of the words that data tools write for null. */
    static boolean isNull(char[] text, int start, int length) {
        return switch (length) {
            case 0 -> true;
            case 2 -> matches("NA", text, start);
            case 4 -> matches("null", text, start) || matches("NULL", text, start) || matches("None", text, start);
            default -> false;
        };
    }

    private static boolean matches(String word, char[] text, int start) {
        for (int i = 0; i < word.length(); i++) {
            if (text[start + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The nearest float64. Up to 15 digits and a small exponent need one exact division.
     * Source: Clinger, How to read floating point numbers accurately, PLDI 1990.
     */
    static double number(char[] text, int start, int length) {
        int at = start;
        int end = start + length;
        boolean negative = at < end && text[at] == '-';
        if (negative) {
            at++;
        }
        long digits = 0;
        int digitCount = 0;
        int fraction = 0;
        boolean point = false;
        for (; at < end; at++) {
            char c = text[at];
            if (c >= '0' && c <= '9') {
                digits = digits * 10 + (c - '0');
                digitCount++;
                fraction += point ? 1 : 0;
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (at < end || digitCount == 0 || digitCount > 15) {
            return slowNumber(new String(text, start, length).strip());
        }
        double value = digits / POWERS[fraction];
        return negative ? -value : value;
    }

    private static double slowNumber(String text) {
        switch (text) {
            case "nan", "NaN", "NAN" -> {
                return Double.NaN;
            }
            case "inf", "Inf", "+inf", "Infinity" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-inf", "-Inf", "-Infinity" -> {
                return Double.NEGATIVE_INFINITY;
            }
            default -> {
                // Java would also read 1f, 1d and 0x1p3
                if (!text.isEmpty()
                        && "0123456789.".indexOf(text.charAt(text.length() - 1)) >= 0
                        && text.indexOf('x') < 0) {
                    try {
                        return Double.parseDouble(text);
                    } catch (NumberFormatException e) {
                        throw new FormatException(text, "a number");
                    }
                }
                throw new FormatException(text, "a number");
            }
        }
    }

    static double numberOrBoolean(char[] text, int start, int length) {
        if (length == 4 && (matches("true", text, start) || matches("True", text, start))) {
            return 1;
        }
        if (length == 5 && (matches("false", text, start) || matches("False", text, start))) {
            return 0;
        }
        return number(text, start, length);
    }

    /** A whole number; {@code 12.0} is one, as tools write integer columns that have nulls. */
    static long whole(char[] text, int start, int length) {
        int at = start;
        int end = start + length;
        boolean negative = at < end && text[at] == '-';
        if (negative) {
            at++;
        }
        if (end - at > 18 || at == end) {
            return slowWhole(new String(text, start, length).strip());
        }
        long value = 0;
        for (; at < end; at++) {
            if (text[at] < '0' || text[at] > '9') {
                return slowWhole(new String(text, start, length).strip());
            }
            value = value * 10 + (text[at] - '0');
        }
        return negative ? -value : value;
    }

    private static long slowWhole(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            double value;
            try {
                value = slowNumber(text);
            } catch (FormatException f) {
                throw new FormatException(text, "a whole number");
            }
            if (value == Math.rint(value) && Math.abs(value) <= 1L << 53) {
                return (long) value;
            }
            throw new FormatException(text, "a whole number");
        }
    }

    /**
     * Milliseconds since 1970 UTC: a whole number, or {@code 2026-01-31T12:00:00.123Z}, with a space for the T, with an offset
     * in place of the Z, or with neither, which means UTC.
     */
    static long millis(char[] text, int start, int length) {
        if (length < 19 || text[start + 4] != '-' || text[start + 13] != ':') {
            return whole(text, start, length);
        }
        try {
            long day = LocalDate.of(digits(text, start, 4), digits(text, start + 5, 2), digits(text, start + 8, 2))
                    .toEpochDay();
            long seconds = digits(text, start + 11, 2) * 3600L
                    + digits(text, start + 14, 2) * 60L
                    + digits(text, start + 17, 2);
            int at = start + 19;
            int end = start + length;
            long millis = 0;
            if (at < end && text[at] == '.') {
                int weight = 100;
                for (at++; at < end && text[at] >= '0' && text[at] <= '9'; at++) {
                    millis += (long) weight * (text[at] - '0');
                    weight /= 10;
                }
            }
            return (day * 86_400 + seconds - offsetSeconds(text, at, end)) * 1000 + millis;
        } catch (DateTimeException | NumberFormatException e) {
            throw new FormatException(
                    new String(text, start, length), "an instant, for example 2026-01-31T12:00:00Z, or milliseconds");
        }
    }

    private static long offsetSeconds(char[] text, int at, int end) {
        if (at == end || (text[at] == 'Z' && at + 1 == end)) {
            return 0;
        }
        if (end - at == 6 && (text[at] == '+' || text[at] == '-') && text[at + 3] == ':') {
            long seconds = digits(text, at + 1, 2) * 3600L + digits(text, at + 4, 2) * 60L;
            return text[at] == '-' ? -seconds : seconds;
        }
        throw new NumberFormatException();
    }

    private static int digits(char[] text, int start, int count) {
        int value = 0;
        for (int i = start; i < start + count; i++) {
            if (text[i] < '0' || text[i] > '9') {
                throw new NumberFormatException();
            }
            value = value * 10 + (text[i] - '0');
        }
        return value;
    }
}
