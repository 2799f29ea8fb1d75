package io.latestimage.store;

import io.latestimage.image.ImageFormat;

/**
 * Why the store cannot do what it was asked to do. {@link StoreException} carries it. Except after
 * {@link OutcomeUnknown}, the image on the volume is certain to be unchanged.
 */
public sealed interface StoreFailure {
    /** A failure that affects readers, too: this replica cannot make sure that its copy is the latest image. */
    sealed interface Outage extends StoreFailure {}

    /** The storage failed or missed its deadline. */
    record StorageUnavailable() implements Outage {}

    /**
     * This replica lacks something of its own, such as space in its spool. The storage is not the cause.
     *
     * @param reason what is missing, in a few plain words that clients may see. It has no numbers and no file names, so
     *     that equal faults have equal reasons.
     */
    record ReplicaFault(String reason) implements Outage {}

    /** The volume has no space left for the upload. */
    record StorageFull() implements StoreFailure {}

    /** The volume is mounted read-only. */
    record StorageReadOnly() implements StoreFailure {}

    /** The user of this process has no permission to write to the volume. */
    record StorageNotPermitted() implements StoreFailure {}

    /** The volume does not support locks, or its lock service does not answer. */
    record StorageWithoutLocks() implements StoreFailure {}

    /**
     * The storage failed in the step that replaces or deletes the image. That may have happened, or may still happen
     * later (docs/decisions/0007-uncertain-upload-outcome.md).
     */
    record OutcomeUnknown() implements StoreFailure {}

    /** As many uploads as allowed are in progress. */
    record TooManyUploads() implements StoreFailure {}

    /** The upload has no bytes. */
    record EmptyImage() implements StoreFailure {}

    /**
     * The upload has more bytes than allowed.
     *
     * @param maxSize the size of the largest allowed image, in bytes
     */
    record ImageTooLarge(long maxSize) implements StoreFailure {}

    /** The first bytes of the upload match no {@link ImageFormat}. */
    record UnknownImageFormat() implements StoreFailure {}

    /** There is no image that could be deleted. */
    record NoImage() implements StoreFailure {}

    /** The condition on the image to be replaced or deleted does not hold. */
    record ConditionFailed() implements StoreFailure {}
}
