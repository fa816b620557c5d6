package org.drlput.common.simulate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of a market's log as columns, raw: what a file says in any format, before an experiment reads it. Filled once by one
 * thread, then not changed.
 *
 * <p>The market's words are written as indices: countries, devices and topics into {@link Market}'s lists, users as their number.
 */
final class LogRows {
    /** Characters of a request id. */
    static final int REQUEST_ID_BYTES = 16;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[][] COUNTRIES = utf8(Market.COUNTRIES);
    private static final byte[][] DEVICES = utf8(Market.DEVICES);
    private static final byte[][] USERS =
            utf8(IntStream.range(0, Market.USERS).mapToObj(u -> "u" + u).toList());
    static final byte[][] TOPICS = utf8(Market.TOPICS);

    /** Rows that are filled. */
    int rowCount;

    final long[] requestKey;
    final long[] eventTimeMicros;
    final float[] ctr30d;
    final float[] activity;
    /** NaN where not known. */
    final float[] sessionDepth;

    final float[] hour;
    final int[] country;
    final int[] device;
    final int[] user;
    /** Bit t: topic t. */
    final int[] interests;

    final int[] actionId;
    final double[] propensity;
    final double[] revenue;
    final int[] clicks;
    final int[] longClicks;
    final int[] conversions;
    /** Of the first conversion; -1: none. */
    final long[] delayMillis;

    LogRows(int capacity) {
        requestKey = new long[capacity];
        eventTimeMicros = new long[capacity];
        ctr30d = new float[capacity];
        activity = new float[capacity];
        sessionDepth = new float[capacity];
        hour = new float[capacity];
        country = new int[capacity];
        device = new int[capacity];
        user = new int[capacity];
        interests = new int[capacity];
        actionId = new int[capacity];
        propensity = new double[capacity];
        revenue = new double[capacity];
        clicks = new int[capacity];
        longClicks = new int[capacity];
        conversions = new int[capacity];
        delayMillis = new long[capacity];
    }

    private static byte[][] utf8(List<String> words) {
        return words.stream().map(word -> word.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    }

    /** Appends a request; its outcome, if there is one, is set at the returned row. */
    int add(Request request) {
        int row = rowCount++;
        requestKey[row] = request.key;
        eventTimeMicros[row] = request.eventTimeMicros;
        ctr30d[row] = request.ctr30d;
        activity[row] = request.activity;
        sessionDepth[row] = request.sessionDepth;
        hour[row] = request.hour;
        country[row] = request.country;
        device[row] = request.device;
        user[row] = request.user;
        interests[row] = request.interests;
        delayMillis[row] = -1;
        return row;
    }

    /** What came of the request of a row. */
    void set(int row, Auction.Outcomes outcomes) {
        revenue[row] = outcomes.revenue;
        clicks[row] = outcomes.clicks;
        longClicks[row] = outcomes.longClicks;
        conversions[row] = outcomes.conversions;
        delayMillis[row] = outcomes.delayMillis;
    }

    /** Writes the request id of a row, UTF-8, to {@code out[at, at + 16)}. */
    void requestId(int row, byte[] out, int at) {
        long bits = requestKey[row];
        for (int i = REQUEST_ID_BYTES - 1; i >= 0; i--) {
            out[at + i] = HEX[(int) (bits & 15)];
            bits >>>= 4;
        }
    }

    /** The column of a numeric feature; NaN where missing. */
    float[] number(String column) {
        return switch (column) {
            case "ctr_30d" -> ctr30d;
            case "activity" -> activity;
            case "session_depth" -> sessionDepth;
            case "hour" -> hour;
            case MarketCheck.WEEKDAY -> weekday();
            default -> throw new IllegalArgumentException("numeric column '%s'".formatted(column));
        };
    }

    private float[] weekday() {
        float[] days = new float[rowCount];
        for (int row = 0; row < rowCount; row++) {
            days[row] = (float) Season.weekday(eventTimeMicros[row]);
        }
        return days;
    }

    /** The column of a categorical feature, as indices into its {@link #words}. */
    int[] category(String column) {
        return switch (column) {
            case "country" -> country;
            case "device" -> device;
            case "user" -> user;
            default -> throw new IllegalArgumentException("categorical column '%s'".formatted(column));
        };
    }

    /** The values of a categorical feature, UTF-8; not to be changed. */
    static byte[][] words(String column) {
        return switch (column) {
            case "country" -> COUNTRIES;
            case "device" -> DEVICES;
            case "user" -> USERS;
            default -> throw new IllegalArgumentException("categorical column '%s'".formatted(column));
        };
    }

    /** Writes the outcome column of an experiment to {@code out}. */
    void outcome(String column, double[] out) {
        if (column.equals("revenue")) {
            System.arraycopy(revenue, 0, out, 0, rowCount);
            return;
        }
        int[] counts = count(column);
        for (int row = 0; row < rowCount; row++) {
            out[row] = counts[row];
        }
    }

    int[] count(String column) {
        return switch (column) {
            case "click" -> clicks;
            case "long_click" -> longClicks;
            case "conversion" -> conversions;
            default -> throw new IllegalArgumentException("outcome column '%s'".formatted(column));
        };
    }
}
