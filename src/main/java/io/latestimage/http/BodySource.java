package io.latestimage.http;

import java.io.IOException;
import java.io.InputStream;

/** Opens the body of a request. Opening it sends {@code 100 Continue} to a client that waits for it. */
@FunctionalInterface
interface BodySource {
    InputStream open() throws IOException;
}
