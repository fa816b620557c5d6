package org.drlput.jobs.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** One bit of a file that is not what it was; flipped again, it is. */
record FlippedBit(Path file, long bit) {
    static FlippedBit flip(Path file, long bit) throws IOException {
        FlippedBit flipped = new FlippedBit(file, bit);
        flipped.flip();
        return flipped;
    }

    void flip() throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(bit / 8);
            int value = bytes.read();
            bytes.seek(bit / 8);
            bytes.write(value ^ 1 << (int) (bit % 8));
        }
    }
}
