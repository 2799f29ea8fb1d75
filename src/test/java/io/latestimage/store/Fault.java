package io.latestimage.store;

/** What goes wrong at one step of a store. */
sealed interface Fault {
    /** When a fault strikes, relative to the operation that it hits. */
    enum Moment {
        /** The operation has not been done. */
        BEFORE,
        /** The operation has been done, but the store does not learn that. */
        AFTER
    }

    /** When it strikes. */
    Moment moment();

    /** The process ends: it does nothing any more, and the system closes its files. */
    record ProcessEnds(Moment moment) implements Fault {}

    /**
     * The operation fails.
     *
     * @param lasting whether all later operations fail as well, as in an outage
     */
    record Fails(Errno errno, Moment moment, boolean lasting) implements Fault {}

    /** The operation hangs until it is released. */
    record Hangs(Moment moment) implements Fault {}

    /**
     * Only the first bytes of a write reach the volume.
     *
     * @param then what the process notices
     */
    record Torn(int bytes, Fault then) implements Fault {
        @Override
        public Moment moment() {
            return Moment.AFTER;
        }
    }

    /** The process notices nothing. */
    record Silent() implements Fault {
        @Override
        public Moment moment() {
            return Moment.AFTER;
        }
    }
}
