package io.latestimage.e2e.nfs;

/** One thing that is done to the service and its storage, and what must hold while it is. */
interface Scenario {
    String name();

    /**
     * Begins and ends with all replicas ready and no fault.
     *
     * @throws Exception if it cannot be done; then it has shown nothing
     */
    void run(Stage stage, Findings findings) throws Exception;
}
