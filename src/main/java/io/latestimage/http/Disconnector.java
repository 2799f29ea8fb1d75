package io.latestimage.http;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Ends the connection of a request, even while a write of its answer is blocked. The standard API cannot, so a server
 * that can sets one as an attribute of the servlet context, by the name of this interface.
 */
@FunctionalInterface
public interface Disconnector {
    /** Ends the connection, and does not wait for that. Called on any thread, while the request is being answered. */
    void disconnect(HttpServletRequest request);
}
