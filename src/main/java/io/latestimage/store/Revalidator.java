package io.latestimage.store;

import io.latestimage.store.ManifestRecord.Image;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads which image the manifest names, and copies that image into the spool if this replica does not have it yet. For
 * use by one thread, except {@link #latest} and {@link #file}.
 */
final class Revalidator implements Freshness.Revalidation {
    private static final Logger LOG = LoggerFactory.getLogger(Revalidator.class);
    /** How often loading one version is tried: NFS may report for a moment that the file is not there. */
    private static final int ATTEMPTS = 4;

    private static final Duration PAUSE = Duration.ofMillis(5);
    /** The pause after a fault of this replica. Without it, the image would be read twice per second to no effect. */
    private static final Duration SHORTEST_BACKOFF = Duration.ofMillis(500);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);

    private final Volume volume;
    private final Publisher publisher;
    private final Spool spool;
    private final ManifestReader manifest;

    private volatile @Nullable Snapshot latest;
    private boolean prepared;
    /** The record of {@link #latest}. */
    private volatile @Nullable ManifestRecord loaded;

    private volatile Runnable listener = () -> {};

    private @Nullable StoreException fault;
    private Duration backoff = SHORTEST_BACKOFF;
    private long retryAt;

    Revalidator(Volume volume, Publisher publisher, Spool spool) {
        this.volume = volume;
        this.publisher = publisher;
        this.spool = spool;
        this.manifest = new ManifestReader(volume, publisher.mutex());
    }

    /** The copy of the version that was current at the last revalidation; null if there was no image. */
    @Nullable
    Snapshot latest() {
        return latest;
    }

    /** Sets what is called after each change of {@link #latest}, on the thread that revalidates. It returns at once. */
    void onChange(Runnable newListener) {
        listener = newListener;
    }

    /** The file of that version on the volume. */
    Optional<String> file() {
        return loaded instanceof Image image ? Optional.of(image.file()) : Optional.empty();
    }

    @Override
    public Duration elapsed() {
        return volume.clock().elapsed();
    }

    @Override
    public void run() throws IOException, StoreException {
        prepare();
        spool.freeReplaced();
        for (int attempt = 1; ; ) {
            Optional<ManifestRecord> current = manifest.read().current();
            ManifestRecord record = current.orElse(null);
            if (record == null ? loaded == null && latest == null : record.equals(loaded)) {
                return;
            }
            try {
                replace(record, record instanceof Image image ? load(image) : null);
                return;
            } catch (IOException e) {
                // If the manifest has changed, the image has been replaced and its file deleted. Else it should exist.
                if (current.equals(manifest.read().current()) && ++attempt > ATTEMPTS) {
                    throw e;
                }
                LOG.debug("Loading again", e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void prepare() throws IOException, StoreException {
        if (!prepared) {
            volume.create();
            List<String> names = volume.list();
            if (!names.contains(Volume.MANIFEST)) {
                publisher.createManifest(volume);
                volume.forceFolder();
            }
            if (names.contains(Volume.OLD_IMAGE) && manifest.read().current().isEmpty()) {
                OldLayout.takeOver(volume, publisher);
            }
            volume.mountWarnings().forEach(LOG::warn);
            prepared = true;
        }
    }

    private Snapshot load(Image image) throws IOException, StoreException {
        StoreException before = fault;
        if (before != null && System.nanoTime() - retryAt < 0) {
            throw before;
        }
        Snapshot copy = null;
        try {
            try (VolumeFile file = volume.open(image.file())) {
                copy = spool.copy(file, image.version(), image.published(), image.modified());
            }
            fault = null;
            backoff = SHORTEST_BACKOFF;
            return copy;
        } catch (StoreException e) {
            throw remember(e);
        } catch (NoSuchFileException e) {
            throw new IOException("the file %s, which the manifest names, does not exist".formatted(image.file()), e);
        } catch (IOException e) {
            if (copy != null) { // closing the file on the volume failed
                copy.release();
            }
            throw e;
        } catch (RuntimeException | Error e) {
            throw remember(StoreException.ofUnexpected(e));
        }
    }

    private StoreException remember(StoreException e) {
        fault = e;
        retryAt = System.nanoTime() + backoff.toNanos();
        Duration doubled = backoff.multipliedBy(2);
        backoff = doubled.compareTo(LONGEST_BACKOFF) < 0 ? doubled : LONGEST_BACKOFF;
        return e;
    }

    private void replace(@Nullable ManifestRecord record, @Nullable Snapshot snapshot) {
        Snapshot before = latest;
        latest = snapshot;
        loaded = record;
        if (before != null) {
            spool.retire(before);
        }
        listener.run();
    }

    /** Closes the manifest. Must not be called during a revalidation. */
    void close() throws IOException {
        manifest.forget();
    }
}
