package io.latestimage.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the temporary files of uploads whose process died. No clock is compared with another machine's: a file that
 * has not changed between two sweeps, further apart than any upload may last, is nobody's.
 */
final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final Volume volume;
    private final Duration interval;
    private final LoopThread thread;
    private Map<String, FileIdentity> seen = new HashMap<>();

    /**
     * Starts sweeping.
     *
     * @param interval longer than any upload lasts, from its first byte to its renaming
     */
    Sweeper(Volume volume, Duration interval) {
        this.volume = volume;
        this.interval = interval;
        this.thread = new LoopThread("volume-sweep", interval, this::sweepAndWait);
        thread.start();
    }

    private void sweepAndWait() {
        try {
            sweep();
        } catch (IOException e) {
            LOG.debug("Not swept", e);
        }
        long end = System.nanoTime() + interval.toNanos();
        while (!thread.isClosed() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(this, end - System.nanoTime());
        }
    }

    private void sweep() throws IOException {
        Map<String, FileIdentity> found = new HashMap<>();
        for (String name : volume.list()) {
            if (name.startsWith(Volume.TEMPORARY_PREFIX) || name.equals(Volume.LOCK)) {
                try {
                    FileIdentity identity = volume.identify(name);
                    if (identity.equals(seen.get(name))) {
                        volume.delete(name);
                        LOG.info("Removed {}, left behind by an upload that was cut off", name);
                    } else {
                        found.put(name, identity);
                    }
                } catch (NoSuchFileException e) {
                    LOG.debug("Gone by itself: {}", name);
                }
            }
        }
        seen = found;
    }

    @Override
    public void close() {
        thread.close();
    }
}
