package io.latestimage.server;

import io.latestimage.http.ReplicaState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The collaborators of a shutdown. Clients act at the times that a test sets, the clock does not really wait, and
 * everything that the shutdown does is recorded.
 */
final class ScriptedReplica implements Shutdown.Requests, Shutdown.Target, MonotonicClock {
    private record Event(long time, Runnable action) {}

    private final List<Event> events = new ArrayList<>();
    private final List<String> history = new ArrayList<>();
    private final ReplicaState state = new ReplicaState();
    private boolean ready = true;
    private boolean acceptsUploads = true;
    private long now;

    boolean startFinished = true;
    boolean everythingReceived = true;
    boolean keepAliveResponse;
    boolean keepAliveConnection;
    boolean failsToStop;
    int requests;

    /** Schedules an action of a client, at this time after the signal. */
    void at(Duration time, Runnable action) {
        events.add(new Event(time.toNanos(), action));
    }

    ReplicaState state() {
        return state;
    }

    /** What happened, each event with its time in milliseconds since the signal. */
    List<String> history() {
        return history;
    }

    private void record(String what) {
        history.add("%d %s".formatted(Duration.ofNanos(now).toMillis(), what));
    }

    /** The state has no listener, so it is compared whenever the shutdown asks for the time. */
    private void recordState() {
        if (ready && !state.isReady()) {
            ready = false;
            record("not ready");
        }
        if (acceptsUploads && !state.acceptsUploads()) {
            acceptsUploads = false;
            record("no uploads");
        }
    }

    @Override
    public long nanoTime() {
        recordState();
        return now;
    }

    @Override
    public void pause(Duration time) {
        recordState();
        now += time.toNanos();
        List<Event> due = events.stream().filter(event -> event.time() <= now).toList();
        due.forEach(event -> event.action().run());
        events.removeAll(due);
    }

    @Override
    public int count() {
        return requests;
    }

    @Override
    public boolean hasKeepAliveResponse() {
        return keepAliveResponse;
    }

    @Override
    public boolean hasKeepAliveConnection() {
        return keepAliveConnection;
    }

    @Override
    public boolean isStartFinished() {
        return startFinished;
    }

    @Override
    public void stopAccepting() {
        recordState();
        record("stops accepting");
    }

    @Override
    public boolean isEverythingReceived() {
        return everythingReceived;
    }

    @Override
    public void stop() throws Exception {
        record("stopped");
        if (failsToStop) {
            throw new IllegalStateException("a bean does not stop");
        }
    }
}
