package io.latestimage.http;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Ends the connection of a request, even while a write of its response is blocked. The servlet API offers no way to do
 * so. A server that can do so puts an instance of this interface into the servlet context, as the attribute with the
 * name of this interface. See {@code docs/decisions/0017-disconnect-slow-readers.md}.
 */
@FunctionalInterface
public interface Disconnector {
    /**
     * Starts to end the connection and does not wait for the end. Any thread may call it while the request is being
     * answered.
     */
    void disconnect(HttpServletRequest request);
}
