package io.latestimage.http;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;

/**
 * A request that knows whether its body has been opened. Opening it sends {@code 100 Continue} to a client that waits
 * for it.
 */
final class TrackedRequest extends HttpServletRequestWrapper {
    private boolean opened;

    TrackedRequest(HttpServletRequest request) {
        super(request);
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        opened = true;
        return super.getInputStream();
    }

    /** Whether the request has a body, read or not (RFC 9112, section 6.3). */
    boolean hasBody() {
        return getContentLengthLong() > 0 || getHeader("Transfer-Encoding") != null;
    }

    /**
     * Whether the client may be sending a body now. A client that waits for {@code 100 Continue} sends nothing before
     * the body is opened.
     */
    boolean maySendBody() {
        return hasBody() && (opened || !"100-continue".equalsIgnoreCase(getHeader("Expect")));
    }
}
