package io.latestimage.store;

import io.latestimage.store.OperationClock.Operation;

/**
 * One operation of a store on the volume.
 *
 * @param thread number of the thread, in the order in which {@link ImageStore} creates them: 0 uploads, 1 revalidates
 * @param number number of the operation in its thread
 * @param file that it concerns, without what is unique in its name; empty for the folder
 */
record Step(int thread, int number, Operation operation, String file) {
    private static final String UNIQUE = "[0-9a-f]{32}|[0-9a-f-]{36}";

    /** The next one. */
    static Step of(int thread, int number, Operation operation, String file) {
        return new Step(thread, number, operation, file.replaceAll(UNIQUE, "*"));
    }

    boolean isAt(Step other) {
        return thread == other.thread && number == other.number;
    }

    boolean writesTo(String name) {
        return operation == Operation.WRITE && file.equals(name);
    }

    @Override
    public String toString() {
        return "%s %d %s %s"
                .formatted(thread == 0 ? "upload" : "revalidation", number, operation, file)
                .strip();
    }
}
