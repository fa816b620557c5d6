package org.drlput.common.log;

import java.nio.charset.StandardCharsets;

/** UTF-8 of character ranges in a reused buffer. One thread. */
final class Utf8 {
    private byte[] bytes = new byte[64];
    private int length;

    /** The UTF-8 of the range: the first {@link #length} bytes of the buffer, until the next call. */
    byte[] bytes(char[] text, int start, int count) {
        if (bytes.length < count) {
            bytes = new byte[count * 2];
        }
        for (int i = 0; i < count; i++) {
            char c = text[start + i];
            if (c >= 0x80) {
                bytes = new String(text, start, count).getBytes(StandardCharsets.UTF_8);
                length = bytes.length;
                return bytes;
            }
            bytes[i] = (byte) c;
        }
        length = count;
        return bytes;
    }

    int length() {
        return length;
    }
}
