package io.latestimage.e2e;

/** How a client uses connections. */
public enum Style {
    /** One connection for many requests, until the server closes it. */
    KEEP_ALIVE,
    /** A new connection for each request. */
    FRESH,
    /** A new connection for each request. Each body is transferred in small pieces over several seconds. */
    SLOW
}
