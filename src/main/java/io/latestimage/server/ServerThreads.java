package io.latestimage.server;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The threads of the server: a few platform threads that accept connections and wait for input. Every request runs in a
 * virtual thread of its own. Jetty would use a platform thread for one kind of requests: those that a client sent
 * before the response to a request that has waited was complete. A few clients that do not read would block all of
 * them.
 */
final class ServerThreads extends QueuedThreadPool {
    private static final int MAX_THREADS = 8;
    private static final int MIN_THREADS = 2;

    ServerThreads() {
        super(MAX_THREADS, MIN_THREADS);
        setName("http");
        setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
    }

    @Override
    public void execute(Runnable task) {
        if (task instanceof Connection) { // to handle a request that it has already received
            getVirtualThreadsExecutor().execute(task);
        } else {
            super.execute(task);
        }
    }
}
