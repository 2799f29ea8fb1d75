package io.latestimage.e2e;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives each connection of a run its own source port. Linux would reuse a port after some 3,000 connections. kube-proxy
 * remembers the address and port of a connection and sends the next connection from them to the same pod. It remembers
 * them for two minutes if the pod ended before the connection was closed. So a load that opens 30 connections per
 * second would sometimes connect to a pod that is gone, and fail after 3 s with "No route to host". That would not be a
 * failure of the tested service.
 */
final class SourcePorts {
    private static final int FIRST = 2_048;
    private static final int LAST = 65_535;
    /** The first NodePort. A cluster may listen on NodePorts itself, so they are not used as source ports. */
    private static final int FIRST_NODE_PORT = 30_000;

    private static final int LAST_NODE_PORT = 32_767;
    private static final int COUNT = LAST - FIRST + 1 - (LAST_NODE_PORT - FIRST_NODE_PORT + 1);

    private final AtomicInteger next;

    /** Begins at a random port, so that it most likely is not one that the previous run has just used. */
    SourcePorts() {
        this(ThreadLocalRandom.current().nextInt(COUNT));
    }

    SourcePorts(int index) {
        next = new AtomicInteger(index);
    }

    /** The next port. It is used again only after all others. */
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
