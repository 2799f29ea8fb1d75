package io.latestimage.store;

import io.latestimage.store.RejectedImageException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new image on its way to the volume. It takes the place of the one before in {@link #commit}, all at once, or not at
 * all: closing it uncommitted leaves nothing of it. For use by one thread.
 *
 * <pre>
 *   write ... write   commit: force the file → check its length → lock → compare → rename → unlock → force the folder
 *   └ temporary file in the volume's folder ─────────────────────────────────┘└ the image
 * </pre>
 */
public final class Upload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

    private enum State {
        OPEN,
        /** The renaming may be under way: from here on nothing can be taken back. */
        COMMITTING,
        /** The image must stay as it is, even if the storage answers again. */
        ABANDONED
    }

    private final ImageStore store;
    private final Lane lane;
    private final String temporary = Volume.TEMPORARY_PREFIX + UUID.randomUUID();
    private final Digest digest = new Digest();
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    /** Of the lane's thread alone. */
    private @Nullable FileChannel channel;

    private boolean created;
    /** Of the caller's thread: whether an operation on the lane may still hang. */
    private boolean missedDeadline;

    Upload(ImageStore store, Lane lane) {
        this.store = store;
        this.lane = lane;
    }

    /**
     * Appends to the image. The first call should bring at least {@link ImageFormat#PREFIX_SIZE} bytes, or all.
     *
     * @param bytes all that remain are taken
     * @throws RejectedImageException as soon as it is certain: too large, or of no known format
     * @throws StorageException if the volume does not take them in time
     */
    public void write(ByteBuffer bytes) throws RejectedImageException, StorageException {
        boolean first = digest.size() == 0;
        digest.update(bytes.duplicate());
        if (digest.size() > store.maxImageSize()) {
            throw new RejectedImageException(Reason.TOO_LARGE);
        } else if (first && digest.format().isEmpty()) {
            throw new RejectedImageException(Reason.UNKNOWN_FORMAT);
        }
        onLane(progress -> {
            if (channel == null) {
                channel = store.volume().createTemporary(temporary);
                created = true;
            }
            while (bytes.hasRemaining()) {
                progress.run();
                channel.write(bytes);
            }
        });
    }

    /**
     * Makes what was written the image: on its return it is there for every reader on every replica, and survives a
     * power failure.
     *
     * @param condition what must hold of the image before: it gets its SHA-256 in hexadecimal digits, or empty where
     *     there is none. No other replacement happens between the comparison and this one.
     * @throws RejectedImageException if nothing was written or the condition does not hold
     * @throws StorageException.OutcomeUnknown if the volume failed in the very step that cannot be taken back
     * @throws StorageException if the volume failed before
     */
    public ImageVersion commit(Condition condition) throws RejectedImageException, StorageException {
        ImageVersion version = digest.finish().orElseThrow(() -> new RejectedImageException(Reason.EMPTY));
        onLane(progress -> {
            FileChannel written = channel;
            if (written == null) {
                throw new IOException("the temporary file is gone");
            }
            written.force(true);
            progress.run();
            if (written.size() != version.size()) {
                throw new IOException("the volume has %d of %d bytes".formatted(written.size(), version.size()));
            }
            channel = null;
            written.close();
        });
        onLane(progress -> store.commitLock().run(p -> replace(condition, p), progress));
        onLane(progress -> store.volume().forceDirectory());
        store.lookAgain();
        return version;
    }

    /** What must hold of the image that is replaced. */
    public sealed interface Condition {
        /** It may be any, or none. */
        record None() implements Condition {}

        /**
         * It must be one of which this holds.
         *
         * @param test gets the SHA-256 of the image in hexadecimal digits, or empty where there is none
         */
        record Previous(Predicate<Optional<String>> test) implements Condition {}
    }

    private void replace(Condition condition, Runnable progress) throws IOException, RejectedImageException {
        if (condition instanceof Condition.Previous(Predicate<Optional<String>> test)
                && !test.test(store.readHash(progress))) {
            throw new RejectedImageException(Reason.CONDITION_FAILED);
        }
        progress.run();
        Instant date = nextDate();
        progress.run();
        store.volume().setDate(temporary, date);
        if (!state.compareAndSet(State.OPEN, State.COMMITTING)) {
            throw new IOException("the upload was given up meanwhile");
        }
        progress.run();
        try {
            store.volume().replaceImage(temporary);
        } catch (IOException e) {
            progress.run();
            if (store.volume().exists(temporary)) {
                state.set(State.OPEN); // it still has its name, so it has not been renamed
            }
            throw e;
        }
    }

    /**
     * The date of the new version: the first whole second that has not begun, and in any case a later one than that of
     * the version before. So whoever has an image of this second or later has this version or a later one.
     */
    private Instant nextDate() throws IOException {
        Instant now = Instant.now();
        Instant before = store.volume().dateOfImage().orElse(now);
        return (before.isAfter(now) ? before : now)
                .truncatedTo(ChronoUnit.SECONDS)
                .plusSeconds(1);
    }

    private void onLane(Lane.Task task) throws RejectedImageException, StorageException {
        try {
            lane.run(task);
        } catch (TimeoutException e) {
            missedDeadline = true;
            store.lookAgain();
            if (state.compareAndSet(State.OPEN, State.ABANDONED)) {
                throw new StorageException.Unavailable("the volume missed its deadline", e);
            }
            throw new StorageException.OutcomeUnknown("the volume missed its deadline while it replaced the image", e);
        } catch (IOException e) {
            LOG.warn("An upload failed, since the storage did: {}", e.toString());
            store.lookAgain();
            if (state.get() == State.COMMITTING) {
                throw new StorageException.OutcomeUnknown("the volume failed while it replaced the image", e);
            } else if (isFull(e)) {
                throw new StorageException.Full(e);
            }
            throw new StorageException.Unavailable("the volume failed: " + e, e);
        }
    }

    /** The JDK has no type for ENOSPC and EDQUOT, only the system's words. */
    private static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }

    /**
     * Removes what is left of the upload and waits for that, so that nothing of it remains once its rejection is
     * answered. If the volume hangs, that happens, and the lane is free again, whenever the volume lets it.
     */
    @Override
    public void close() {
        if (state.compareAndSet(State.OPEN, State.ABANDONED)) {
            try {
                lane.run(_ -> removeRest());
            } catch (IOException | RejectedImageException e) {
                LOG.debug("Not waited until all is removed", e);
            } catch (TimeoutException e) {
                missedDeadline = true;
            }
        } else if (missedDeadline) {
            lane.runLater(this::removeRest);
        }
        if (missedDeadline) {
            lane.runLater(() -> store.putBack(lane));
        } else {
            store.putBack(lane);
        }
    }

    private void removeRest() {
        try {
            if (channel != null) {
                channel.close();
            }
            if (state.get() != State.COMMITTING && created) {
                store.volume().delete(temporary);
            }
        } catch (IOException e) {
            LOG.debug("The temporary file stays until it is swept", e);
        }
    }
}
