package io.latestimage.e2e;

/** How a client uses connections. */
public enum Style {
    /** One connection for as long as the server keeps it. */
    KEEP_ALIVE,
    /** A new connection for each request. */
    FRESH,
    /** A new connection for each request, and seconds for each body, in small pieces. */
    SLOW
}
