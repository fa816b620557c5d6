package org.drlput.jobs.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports for a test's cluster: below those that the system hands out, all of them free now. */
public final class FreePorts {
    private static final int FIRST = 21_000;
    private static final int LAST = 32_000;

    private FreePorts() {}

    /** The first of so many in a row. */
    public static int inARow(int count) {
        for (int first = FIRST; first < LAST; first += count) {
            int free = 0;
            while (free < count && isFree(first + free)) {
                free++;
            }
            if (free == count) {
                return first;
            }
        }
        throw new IllegalStateException("no %d free ports in a row from %d to %d".formatted(count, FIRST, LAST));
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
