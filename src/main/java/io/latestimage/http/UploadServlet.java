package io.latestimage.http;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/** {@code POST /upload} replaces the image by the one in a form. */
public final class UploadServlet extends ResourceServlet {
    private static final long serialVersionUID = 1L;

    private final transient ImageWrites writes;

    /** Creates the servlet. */
    public UploadServlet(ImageWrites writes) {
        super(Set.of("POST"));
        this.writes = writes;
    }

    @Override
    void answer(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        writes.post(request, response);
    }
}
