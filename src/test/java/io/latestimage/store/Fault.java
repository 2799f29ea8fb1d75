package io.latestimage.store;

/** What goes wrong at one step of a store. */
sealed interface Fault {
    /** Of the operation that is hit. */
    enum Moment {
        /** It has not been done. */
        BEFORE,
        /** It has been done, and the store does not get to know. */
        AFTER
    }

    /** Where it strikes. */
    Moment moment();

    /** The process ends: it does nothing any more, and the system closes its files. */
    record ProcessEnds(Moment moment) implements Fault {}

    /**
     * The operation fails.
     *
     * @param lasting whether all that follow fail as well, as in an outage
     */
    record Fails(Errno errno, Moment moment, boolean lasting) implements Fault {}

    /** The operation hangs until it is released. */
    record Hangs(Moment moment) implements Fault {}

    /**
     * Only the first bytes of what the operation writes get to the volume.
     *
     * @param then what the process gets to know of it
     */
    record Torn(int bytes, Fault then) implements Fault {
        @Override
        public Moment moment() {
            return Moment.AFTER;
        }
    }

    /** Nothing is wrong, as far as the process gets to know. */
    record Silent() implements Fault {
        @Override
        public Moment moment() {
            return Moment.AFTER;
        }
    }
}
