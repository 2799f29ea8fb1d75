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
 * Looks which image the manifest names, and makes a private copy of one that this replica has not got yet. For use by
 * one thread, {@link #latest} excepted.
 */
final class Revalidator implements Freshness.Check {
    private static final Logger LOG = LoggerFactory.getLogger(Revalidator.class);
    /** Of loads of one version that fail for certain, or are told so for a moment. */
    private static final int ATTEMPTS = 4;

    private static final Duration PAUSE = Duration.ofMillis(5);
    /** After a fault of this replica the image is not read again at once: it would be, twice per second, in vain. */
    private static final Duration SHORTEST_BACKOFF = Duration.ofMillis(500);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);

    private final Volume volume;
    private final Publisher publisher;
    private final Spool spool;
    private final ManifestReader manifest;

    private volatile @Nullable Snapshot latest;
    private boolean prepared;
    /** What {@link #latest} was made of. */
    private volatile @Nullable ManifestRecord loaded;

    private @Nullable ReplicaFaultException fault;
    private Duration backoff = SHORTEST_BACKOFF;
    private long retryAt;

    Revalidator(Volume volume, Publisher publisher, Spool spool) {
        this.volume = volume;
        this.publisher = publisher;
        this.spool = spool;
        this.manifest = new ManifestReader(volume, publisher.mutex());
    }

    /** The copy of the version that was the current one at the last look; null where there was none. */
    @Nullable
    Snapshot latest() {
        return latest;
    }

    /** The file of that version in the volume. */
    Optional<String> file() {
        return loaded instanceof Image image ? Optional.of(image.file()) : Optional.empty();
    }

    @Override
    public Duration elapsed() {
        return volume.clock().elapsed();
    }

    @Override
    public void run() throws IOException {
        try {
            look();
        } catch (IOException e) {
            throw ReplicaFaultException.orSelf(e);
        }
    }

    private void look() throws IOException {
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
            } catch (ReplicaFaultException e) {
                throw e;
            } catch (IOException e) {
                // Replaced and deleted meanwhile, if the manifest says so; else it should be there.
                if (current.equals(manifest.read().current()) && ++attempt > ATTEMPTS) {
                    throw e;
                }
                LOG.debug("Looking again", e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void prepare() throws IOException {
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

    private Snapshot load(Image image) throws IOException {
        ReplicaFaultException before = fault;
        if (before != null && System.nanoTime() - retryAt < 0) {
            throw before;
        }
        Snapshot copy = null;
        try {
            try (VolumeFile file = volume.open(image.file())) {
                copy = spool.copy(file, image.version(), image.modified());
            }
            fault = null;
            backoff = SHORTEST_BACKOFF;
            return copy;
        } catch (ReplicaFaultException e) {
            throw remember(e);
        } catch (NoSuchFileException e) {
            throw new IOException("the file %s, which the manifest names, is not there".formatted(image.file()), e);
        } catch (IOException e) {
            if (copy != null) { // the file of the volume could not be closed
                copy.release();
            }
            throw e;
        } catch (RuntimeException | Error e) {
            throw remember(ReplicaFaultException.ofThrown(e));
        }
    }

    private ReplicaFaultException remember(ReplicaFaultException e) {
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
    }

    /** Closes the manifest. Not while a check may be running. */
    void close() throws IOException {
        manifest.forget();
    }
}
