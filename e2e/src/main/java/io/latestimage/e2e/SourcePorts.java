package io.latestimage.e2e;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives each connection of a run a source port of its own. Linux itself would use one again after some 3,000
 * connections, and kube-proxy sends what comes from a known address and port to the pod that the connection before went
 * to, for as long as it remembers that one: two minutes where the pod ended before the connection was closed. A load
 * that opens 30 connections per second meets such a pod, which is gone, now and then: "No route to host", after 3 s.
 * That is no fault of what is tested.
 */
final class SourcePorts {
    private static final int FIRST = 2_048;
    private static final int LAST = 65_535;
    /** What a cluster may listen on itself: NodePorts. */
    private static final int FIRST_NODE_PORT = 30_000;

    private static final int LAST_NODE_PORT = 32_767;
    private static final int COUNT = LAST - FIRST + 1 - (LAST_NODE_PORT - FIRST_NODE_PORT + 1);

    private final AtomicInteger next;

    /** Begins at a port that the run before has most likely not used last. */
    SourcePorts() {
        this(ThreadLocalRandom.current().nextInt(COUNT));
    }

    SourcePorts(int index) {
        next = new AtomicInteger(index);
    }

    /** A port that none has had for as long as there are others. */
    int next() {
        int port = FIRST + Math.floorMod(next.getAndIncrement(), COUNT);
        return port < FIRST_NODE_PORT ? port : port + LAST_NODE_PORT - FIRST_NODE_PORT + 1;
    }

    /** Binds a socket to the next port that is free. */
    void bind(Socket socket) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                socket.bind(new InetSocketAddress(next()));
                return;
            } catch (BindException e) {
                if (attempt == COUNT) {
                    throw e;
                }
            }
        }
    }
}
