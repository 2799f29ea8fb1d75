package io.latestimage.e2e;

/** How a client uses connections. */
public enum Style {
    /** One connection for many requests, until the server closes it. */
    KEEP_ALIVE,
    /** A new connection for each request. */
    FRESH,
    /** A new connection for each request. Each body is transferred in small pieces over several seconds. */
    SLOW,
    /** One connection for many requests, as above. Each request waits for another image than the last one. */
    WAITING;

    /** Whether requests share a connection. */
    boolean keepsAlive() {
        return this == KEEP_ALIVE || this == WAITING;
    }

    /** Whether the time until the answer says how fast the service is. */
    boolean isTimed() {
        return this == KEEP_ALIVE || this == FRESH;
    }
}
