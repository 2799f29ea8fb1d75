package io.latestimage.http;

import io.latestimage.store.StoreFailure;

/** The one place that decides which {@link Problem} a client gets for which {@link StoreFailure}. */
final class StoreProblem {
    private StoreProblem() {}

    /** The problem of a failure, with its arguments. */
    static ProblemException of(StoreFailure failure) {
        return switch (failure) {
            case StoreFailure.EmptyImage _ -> new ProblemException(Problem.EMPTY_IMAGE);
            case StoreFailure.ImageTooLarge(long maxSize) -> new ProblemException(Problem.CONTENT_TOO_LARGE, maxSize);
            case StoreFailure.UnknownImageFormat _ -> new ProblemException(Problem.UNKNOWN_IMAGE_FORMAT);
            case StoreFailure.NoImage _ -> new ProblemException(Problem.NO_IMAGE_YET);
            case StoreFailure.ConditionFailed _ -> new ProblemException(Problem.PRECONDITION_FAILED);
            case StoreFailure.TooManyUploads _ -> new ProblemException(Problem.TOO_MANY_UPLOADS);
            case StoreFailure.StorageFull _ -> new ProblemException(Problem.INSUFFICIENT_STORAGE);
            case StoreFailure.StorageReadOnly _ -> new ProblemException(Problem.STORAGE_READ_ONLY);
            case StoreFailure.StorageNotPermitted _ -> new ProblemException(Problem.STORAGE_NOT_PERMITTED);
            case StoreFailure.StorageWithoutLocks _ -> new ProblemException(Problem.STORAGE_WITHOUT_LOCKS);
            case StoreFailure.StorageUnavailable _ -> new ProblemException(Problem.STORAGE_UNAVAILABLE);
            case StoreFailure.OutcomeUnknown _ -> new ProblemException(Problem.OUTCOME_UNKNOWN);
            case StoreFailure.ReplicaFault _ -> new ProblemException(Problem.REPLICA_FAULT);
        };
    }

    /** The problem of a failed deletion. */
    static ProblemException ofDeletion(StoreFailure failure) {
        return failure instanceof StoreFailure.OutcomeUnknown
                ? new ProblemException(Problem.DELETION_OUTCOME_UNKNOWN)
                : of(failure);
    }
}
