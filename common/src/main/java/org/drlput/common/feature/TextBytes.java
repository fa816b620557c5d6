package org.drlput.common.feature;

import java.util.Arrays;

/**
 * UTF-8 of text in a reused buffer, as {@code String.getBytes} makes it: half a surrogate pair becomes a question mark. Allocates
 * for a longer text than any before alone. One thread.
 */
public final class TextBytes {
    private static final int MAX_BYTES_PER_CHAR = 3;

    private byte[] bytes = new byte[64];
    private int length;

    /** Encodes a text into {@link #bytes}, from 0 to {@link #length}. */
    public void set(CharSequence text) {
        int count = text.length();
        if (bytes.length < count * MAX_BYTES_PER_CHAR) {
            bytes = Arrays.copyOf(bytes, Math.multiplyExact(count, 2 * MAX_BYTES_PER_CHAR));
        }
        int i = 0;
        for (; i < count; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                break;
            }
            bytes[i] = (byte) c;
        }
        length = i;
        while (i < count) {
            i += append(text, i);
        }
    }

    /** Appends the character at i, and returns how many chars it is. */
    private int append(CharSequence text, int i) {
        char c = text.charAt(i);
        if (c < 0x80) {
            bytes[length++] = (byte) c;
        } else if (c < 0x800) {
            bytes[length++] = (byte) (0xc0 | c >> 6);
            bytes[length++] = (byte) (0x80 | c & 0x3f);
        } else if (!Character.isSurrogate(c)) {
            bytes[length++] = (byte) (0xe0 | c >> 12);
            bytes[length++] = (byte) (0x80 | c >> 6 & 0x3f);
            bytes[length++] = (byte) (0x80 | c & 0x3f);
        } else if (Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1))) {
            int point = Character.toCodePoint(c, text.charAt(i + 1));
            bytes[length++] = (byte) (0xf0 | point >> 18);
            bytes[length++] = (byte) (0x80 | point >> 12 & 0x3f);
            bytes[length++] = (byte) (0x80 | point >> 6 & 0x3f);
            bytes[length++] = (byte) (0x80 | point & 0x3f);
            return 2;
        } else {
            bytes[length++] = '?';
        }
        return 1;
    }

    /** The live buffer. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }
}
