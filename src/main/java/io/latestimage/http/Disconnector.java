package io.latestimage.http;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Ends the connection of a request, even while a write of its response is blocked. The servlet API offers no way to do
 * so. A server that can sets an instance as an attribute of the servlet context, under the name of this interface.
 */
@FunctionalInterface
public interface Disconnector {
    /** Starts to end the connection, without waiting. Any thread may call it while the request is being answered. */
    void disconnect(HttpServletRequest request);
}
