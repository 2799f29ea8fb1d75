package io.latestimage.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the manifest over and over through one descriptor that stays open. On a shared file system the descriptor reads
 * past all caches, so that each read asks the server: an open file that another process of this node has open for
 * writing would otherwise be read from the cache, and each open could be granted a delegation, which makes others wait
 * for this node when it is cut off. For use by one thread.
 *
 * <p>To close any descriptor of a file ends the locks that the process has on that file, so the descriptor is closed
 * only while nothing is published here.
 */
final class ManifestReader {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestReader.class);
    /** How often it is made sure that the open file is still the one of that name, which only an operator changes. */
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
     * @param buffer as aligned and as large as the file wants it
     */
    private record Source(VolumeFile file, Object identity, ByteBuffer buffer) {}

    private long identified;

    /**
     * Reads the manifest of a volume.
     *
     * @param publishing held by whoever publishes in this process
     */
    ManifestReader(Volume volume, Lock publishing) {
        this(volume, publishing, IDENTIFY_INTERVAL);
    }

    /**
     * Reads the manifest of a volume.
     *
     * @param identifyInterval how often it is made sure that the open file is still the one of that name
     */
    ManifestReader(Volume volume, Lock publishing, Duration identifyInterval) {
        this.volume = volume;
        this.publishing = publishing;
        this.identifyInterval = identifyInterval;
    }

    /**
     * The manifest as it is now; the same object where it has not changed.
     *
     * @throws IOException if the storage fails, or the manifest cannot be used
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
            } catch (IOException e) { // such as ESTALE, after which this descriptor is of no use for ever
                LOG.debug("The manifest is opened anew", e);
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

    /** To open the file is the last step: what fails before leaves no descriptor that would have to be closed. */
    private Source open() throws IOException {
        Object identity = volume.identify(Volume.MANIFEST);
        Source opened = volume.isLocal() ? openCached(identity) : openDirect(identity);
        source = opened;
        identified = System.nanoTime();
        return opened;
    }

    /** NFS has direct reads. A file system that is neither NFS nor known, and has none, is taken for a local one. */
    private Source openDirect(Object identity) throws IOException {
        ByteBuffer aligned = DirectReads.buffer(Manifest.SIZE, volume.blockSize());
        try {
            Source direct = new Source(volume.openManifestDirectly(), identity, aligned);
            source = direct;
            Manifest _ = read(direct);
            return direct;
        } catch (IOException e) {
            if (volume.isNfs() || Errno.of(e).filter(Errno.EINVAL::equals).isEmpty()) {
                throw e;
            }
            LOG.warn(
                    "The file system of {} has no direct reads; the manifest is read through its cache",
                    volume.directory());
            forget();
            return openCached(identity);
        }
    }

    private Source openCached(Object identity) throws IOException {
        return new Source(volume.open(Volume.MANIFEST), identity, ByteBuffer.allocateDirect(Manifest.SIZE));
    }

    /** Closes the descriptor; the next read opens another. */
    void forget() throws IOException {
        Source from = source;
        if (from != null) {
            if (!publishing.tryLock()) {
                throw new IOException("the manifest is opened anew when the publication under way has ended");
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
