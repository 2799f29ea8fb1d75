package io.latestimage.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the manifest again and again through one descriptor that stays open. On a shared file system, the descriptor
 * bypasses the cache, so that each read asks the server. Otherwise the cache would serve old records while another
 * process of this node has the file open for writing. For use by one thread.
 *
 * <p>Closing any descriptor of a file releases the locks of the process on that file. So the descriptor is closed only
 * while this process publishes nothing. See docs/decisions/0015-manifest-with-two-records.md.
 */
final class ManifestReader {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestReader.class);
    /** How often to check that the open file still has its name. Only an operator replaces the file. */
    private static final Duration IDENTIFY_INTERVAL = Duration.ofSeconds(5);

    private final Volume volume;
    private final Lock publishing;
    private final Duration identifyInterval;
    private @Nullable Source source;
    private @Nullable Manifest last;

    /**
     * An open manifest.
     *
     * @param identity of the file
     * @param buffer with the size and the alignment that the file system needs
     */
    private record Source(VolumeFile file, Object identity, ByteBuffer buffer) {}

    private long identified;

    /**
     * Reads the manifest of a volume.
     *
     * @param publishing the lock that a thread of this process holds while it publishes
     */
    ManifestReader(Volume volume, Lock publishing) {
        this(volume, publishing, IDENTIFY_INTERVAL);
    }

    /**
     * Reads the manifest of a volume.
     *
     * @param identifyInterval how often to check that the open file still has its name
     */
    ManifestReader(Volume volume, Lock publishing, Duration identifyInterval) {
        this.volume = volume;
        this.publishing = publishing;
        this.identifyInterval = identifyInterval;
    }

    /**
     * The current manifest; the same object as before if it has not changed.
     *
     * @throws IOException if the storage fails or the manifest is unusable
     */
    Manifest read() throws IOException {
        Source from = source;
        if (from != null && System.nanoTime() - identified >= identifyInterval.toNanos()) {
            from = identify(from);
        }
        if (from != null) {
            try {
                return read(from);
            } catch (Manifest.UnusableException e) {
                throw e;
            } catch (IOException e) { // such as ESTALE, after which this descriptor never works again
                LOG.debug("The manifest is reopened", e);
                forget();
            }
        }
        return read(open());
    }

    private Manifest read(Source from) throws IOException {
        ByteBuffer buffer = from.buffer().clear();
        int count = from.file().read(buffer, 0);
        buffer.flip().limit(Math.clamp(count, 0, Manifest.SIZE));
        Manifest manifest = last;
        if (manifest == null || !manifest.isUnchanged(buffer)) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            manifest = Manifest.parse(bytes);
            last = manifest;
        }
        return manifest;
    }

    private @Nullable Source identify(Source from) throws IOException {
        if (volume.identify(Volume.MANIFEST).equals(from.identity())) {
            identified = System.nanoTime();
            return from;
        }
        forget();
        return null;
    }

    /** Opening the file is the last step, so a failure before it leaves no open descriptor. */
    private Source open() throws IOException {
        Object identity = volume.identify(Volume.MANIFEST);
        Source opened = volume.isLocal() || volume.isNfs() ? open(identity) : openAligned(identity);
        source = opened;
        identified = System.nanoTime();
        return opened;
    }

    /** An unknown file system that does not support direct reads is treated as a local one. */
    private Source openAligned(Object identity) throws IOException {
        ByteBuffer aligned = DirectIo.buffer(Manifest.SIZE, volume.blockSize());
        try {
            Source direct = new Source(volume.openManifestDirectly(), identity, aligned);
            source = direct;
            Manifest _ = read(direct);
            return direct;
        } catch (IOException e) {
            if (Errno.of(e).filter(Errno.EINVAL::equals).isEmpty()) {
                throw e;
            }
            LOG.warn(
                    "The file system of {} does not support direct reads. The manifest is read through the cache.",
                    volume.directory());
            forget();
            return open(identity);
        }
    }

    /** A local file system has one cache for all processes. On NFS, a file is always opened without the cache. */
    private Source open(Object identity) throws IOException {
        return new Source(volume.open(Volume.MANIFEST), identity, ByteBuffer.allocateDirect(Manifest.SIZE));
    }

    /** Closes the descriptor; the next read opens another. */
    void forget() throws IOException {
        Source from = source;
        if (from != null) {
            if (!publishing.tryLock()) {
                throw new IOException("the manifest will be reopened when the current publication has ended");
            }
            try {
                source = null;
                from.file().close();
            } finally {
                publishing.unlock();
            }
        }
    }
}
