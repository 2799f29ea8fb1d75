package io.latestimage.http;

/** Where in its life this replica is. It only ever moves on. */
public final class ReplicaState {
    /** The phases, in order. */
    public enum Phase {
        /** Answering. */
        SERVING,
        /** Told to stop: answering as before, but not ready, and with {@code Connection: close}. */
        DRAINING,
        /** The drain is over: what is under way goes on, new uploads are refused. */
        STOPPING
    }

    private volatile Phase phase = Phase.SERVING;

    /** The present phase. */
    public Phase phase() {
        return phase;
    }

    /** Moves on to a later phase; an earlier one is ignored. */
    public synchronized void enter(Phase later) {
        if (later.compareTo(phase) > 0) {
            phase = later;
        }
    }
}
