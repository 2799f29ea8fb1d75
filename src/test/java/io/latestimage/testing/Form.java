package io.latestimage.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A multipart/form-data body, byte by byte, and images to put into it. */
public final class Form {
    public static final String BOUNDARY = "----boundary-of-the-test";
    public static final String CONTENT_TYPE = "Content-Type: multipart/form-data; boundary=" + BOUNDARY;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    /**
     * Bytes that begin like a PNG and continue at random. The service never decodes images, so it accepts them.
     *
     * @param seed images of different seeds are different
     * @param size in bytes, at least 16
     */
    public static byte[] png(long seed, int size) {
        byte[] image = new byte[size];
        new Random(seed).nextBytes(image);
        byte[] signature = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
        System.arraycopy(signature, 0, image, 0, signature.length);
        return image;
    }

    /** The body of the simplest upload. */
    public static byte[] of(byte[] image) {
        return new Form().file("image", "photo.png", "image/png", image).end();
    }

    /** The complete simplest request. */
    public static byte[] upload(byte[] image, String... headers) {
        return request(of(image), headers);
    }

    /** A request with this body, with its length and its type, and with more headers. */
    public static byte[] request(byte[] body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add(CONTENT_TYPE);
        all.add("Content-Length: " + body.length);
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(
                RawClient.head("POST", "/upload", all.toArray(String[]::new)).getBytes(UTF_8));
        request.writeBytes(body);
        return request.toByteArray();
    }

    public Form file(String field, String fileName, String type, byte[] content) {
        return part(
                "Content-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: %s"
                        .formatted(field, fileName, type),
                content);
    }

    public Form field(String name, String value) {
        return part("Content-Disposition: form-data; name=\"%s\"".formatted(name), value.getBytes(UTF_8));
    }

    /** A part with exactly these header lines. */
    public Form part(String headers, byte[] content) {
        body.writeBytes(("--" + BOUNDARY + "\r\n" + headers + "\r\n\r\n").getBytes(UTF_8));
        body.writeBytes(content);
        body.writeBytes("\r\n".getBytes(UTF_8));
        return this;
    }

    public byte[] end() {
        body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(UTF_8));
        return body.toByteArray();
    }
}
