package org.drlput.common.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextBytesTest {
    private static final long SEED = 20_261_201;

    private static byte[] encoded(TextBytes bytes, CharSequence text) {
        bytes.set(text);
        return Arrays.copyOf(bytes.bytes(), bytes.length());
    }

    @Test
    void bytesAreThoseOfTheString() {
        TextBytes bytes = new TextBytes();
        for (String text : new String[] {"", "de", "Zürich", "東京", "a😀b", "\ud83d", "\udc00x", "é".repeat(500)}) {
            assertThat(encoded(bytes, text)).as(text).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
            assertThat(encoded(bytes, new StringBuilder(text)))
                    .as(text)
                    .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void bytesOfRandomCharsAreThoseOfTheString() {
        Random random = new Random(SEED);
        TextBytes bytes = new TextBytes();
        for (int i = 0; i < 10_000; i++) {
            char[] chars = new char[random.nextInt(12)];
            for (int c = 0; c < chars.length; c++) {
                // a third of them halves of surrogate pairs
                chars[c] = (char) (random.nextInt(3) == 0 ? 0xd800 + random.nextInt(0x800) : random.nextInt(0x10000));
            }
            String text = new String(chars);
            assertThat(encoded(bytes, text))
                    .as("seed %d, text %d", SEED, i)
                    .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
