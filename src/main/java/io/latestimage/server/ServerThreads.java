package io.latestimage.server;

import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;

/**
 * The threads of the connector: a few platform threads that accept connections and wait for input. Every request runs
 * in a virtual thread of its own. Jetty by itself uses platform threads for two kinds of requests, and a few clients
 * that do not read their responses would block all of them:
 *
 * <ul>
 *   <li>one that continues after it has waited ({@code AsyncContext.dispatch()}): see {@link #forRequests}
 *   <li>one that its client sent before the response to such a request was complete: see {@link #execute}
 * </ul>
 */
final class ServerThreads extends QueuedThreadPool {
    private static final int MAX_THREADS = 8;
    private static final int MIN_THREADS = 2;

    private final Executor virtual = VirtualThreads.getDefaultVirtualThreadsExecutor();

    ServerThreads() {
        super(MAX_THREADS, MIN_THREADS);
        setName("http");
        setVirtualThreadsExecutor(virtual);
    }

    @Override
    public void execute(Runnable task) {
        if (task instanceof Connection) { // to handle a request that it has already received
            virtual.execute(task);
        } else {
            super.execute(task);
        }
    }

    /** The pool of the server, in which requests continue: a virtual thread for each task. */
    ThreadPool forRequests() {
        return new ThreadPool() {
            @Override
            public void execute(Runnable task) {
                virtual.execute(task);
            }

            @Override
            public void join() throws InterruptedException {
                ServerThreads.this.join();
            }

            @Override
            public int getThreads() {
                return ServerThreads.this.getThreads();
            }

            @Override
            public int getIdleThreads() {
                return ServerThreads.this.getIdleThreads();
            }

            @Override
            public boolean isLowOnThreads() {
                return ServerThreads.this.isLowOnThreads();
            }
        };
    }
}
