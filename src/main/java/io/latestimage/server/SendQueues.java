package io.latestimage.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The data that the server has sent and its clients have not received yet. A response that has been written is not yet
 * delivered: for a slow client, the operating system buffers megabytes of it. When a pod ends, so does its network, and
 * the buffers are lost.
 *
 * @see <a href="https://docs.kernel.org/networking/proc_net_tcp.html">The columns of /proc/net/tcp</a>
 */
final class SendQueues {
    private static final List<Path> TABLES = List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int QUEUES = 4;
    private static final String LISTENING = "0A";
    private static final String EMPTY = "00000000:";

    private SendQueues() {}

    /**
     * Whether all clients of a port have received everything that was sent to them. If the operating system does not
     * report it, the result is true.
     */
    static boolean areEmpty(int port) {
        String suffix = ":%04X".formatted(port);
        for (Path table : TABLES) {
            if (Files.isReadable(table) && !isEmpty(table, suffix)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEmpty(Path table, String suffix) {
        try {
            for (String line : Files.readAllLines(table)) {
                String[] fields = line.strip().split("\\s+", QUEUES + 2);
                if (fields[LOCAL_ADDRESS].endsWith(suffix)
                        && !fields[STATE].equals(LISTENING)
                        && !fields[QUEUES].startsWith(EMPTY)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return true;
        }
    }
}
