package org.drlput.common.log;

import java.nio.charset.StandardCharsets;

/** UTF-8 of character ranges in a reused buffer. One thread. */
final class Utf8 {
    /** What a decoder makes of bytes that are no UTF-8. */
    private static final char REPLACEMENT = '\ufffd';

    private byte[] bytes = new byte[64];
    private int length;

    /**
     * The UTF-8 of the range: the first {@link #length} bytes of the buffer, until the next call.
     *
     * @throws CsvCells.FormatException where the text was no UTF-8
     */
    byte[] bytes(char[] text, int start, int count) {
        if (bytes.length < count) {
            bytes = new byte[count * 2];
        }
        for (int i = 0; i < count; i++) {
            char c = text[start + i];
            if (c >= 0x80) {
                return slowBytes(new String(text, start, count));
            }
            bytes[i] = (byte) c;
        }
        length = count;
        return bytes;
    }

    private byte[] slowBytes(String text) {
        if (text.indexOf(REPLACEMENT) >= 0) {
            throw new CsvCells.FormatException(text, "UTF-8 text");
        }
        bytes = text.getBytes(StandardCharsets.UTF_8);
        length = bytes.length;
        return bytes;
    }

    int length() {
        return length;
    }
}
