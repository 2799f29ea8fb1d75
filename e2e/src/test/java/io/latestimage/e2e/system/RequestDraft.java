package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A request whose parts can still be changed. Its text is ISO 8859-1: one byte for each character. For use by one
 * thread.
 */
final class RequestDraft {
    /** A chunk of the body has at most this many bytes. */
    private static final int LARGEST_CHUNK = 4_096;

    String method;
    String target;
    String version = "HTTP/1.1";
    /** Header lines without their line ends. */
    final List<String> headers = new ArrayList<>(List.of("Host: localhost"));
    /** The body as it is sent, so with chunk sizes if it is chunked. */
    byte[] body = {};

    RequestDraft(String method, String target) {
        this.method = method;
        this.target = target;
    }

    /** Adds a header. */
    RequestDraft with(String name, String value) {
        headers.add(name + ": " + value);
        return this;
    }

    /** Removes all headers of this name. */
    void remove(String name) {
        headers.removeIf(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1));
    }

    /** Replaces all headers of this name with one. */
    void replace(String name, String value) {
        remove(name);
        with(name, value);
    }

    /** Gives the request this body and its length. */
    RequestDraft withBody(byte[] content) {
        body = content;
        return with("Content-Length", String.valueOf(content.length));
    }

    /** Gives the request this body in chunks of random sizes. */
    RequestDraft withChunks(byte[] content, SplittableRandom random) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int at = 0; at < content.length; ) {
            int size = Math.min(content.length - at, 1 + random.nextInt(LARGEST_CHUNK));
            chunks.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(ISO_8859_1));
            chunks.write(content, at, size);
            chunks.writeBytes("\r\n".getBytes(ISO_8859_1));
            at += size;
        }
        chunks.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
        body = chunks.toByteArray();
        return with("Transfer-Encoding", "chunked");
    }

    /** The whole request. */
    byte[] bytes() {
        StringBuilder head = new StringBuilder("%s %s %s\r\n".formatted(method, target, version));
        headers.forEach(line -> head.append(line).append("\r\n"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }
}
