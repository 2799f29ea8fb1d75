package io.latestimage.http;

/**
 * Whether this replica is serving, draining or stopping, and what follows from that. It only moves forward. See
 * {@code docs/decisions/0004-drain-and-connection-close.md}.
 */
public final class ReplicaState {
    /** In the order in which a replica passes through them. */
    private enum Phase {
        SERVING,
        DRAINING,
        STOPPING
    }

    private volatile Phase phase = Phase.SERVING;

    /** Whether load balancers may send requests to this replica. */
    public boolean isReady() {
        return phase == Phase.SERVING;
    }

    /** Whether every response has {@code Connection: close}, so that clients move on to another replica. */
    public boolean closesConnections() {
        return phase != Phase.SERVING;
    }

    /** Whether this replica accepts new uploads. Uploads that have begun continue in any state. */
    public boolean acceptsUploads() {
        return phase != Phase.STOPPING;
    }

    /** From now on this replica answers every request, but it is not ready and closes connections. */
    public void drain() {
        enter(Phase.DRAINING);
    }

    /** From now on this replica does not accept new uploads either. */
    public void stop() {
        enter(Phase.STOPPING);
    }

    private synchronized void enter(Phase later) {
        if (later.compareTo(phase) > 0) {
            phase = later;
        }
    }
}
