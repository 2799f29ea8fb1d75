package io.latestimage.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The two ways to upload an image, byte by byte. What is promised of one is promised of the other. */
public enum UploadWay {
    /** {@code POST /upload} with a form. */
    FORM("POST", "/upload"),
    /** {@code PUT /image} with the image as the body, and without any type. */
    RAW("PUT", "/image");

    private final String method;
    private final String path;

    UploadWay(String method, String path) {
        this.method = method;
        this.path = path;
    }

    /** The status of the response to an upload that replaces an image. */
    public int replaced() {
        return switch (this) {
            case FORM -> 201;
            case RAW -> 204;
        };
    }

    /** The body that contains an image. */
    public byte[] body(byte[] image) {
        return switch (this) {
            case FORM -> Form.of(image);
            case RAW -> image;
        };
    }

    /** The head of an upload. Its length, or that it is chunked, is in one of these headers. */
    public String head(String... headers) {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        if (this == FORM) {
            all.add(Form.CONTENT_TYPE);
        }
        return RawClient.head(method, path, all.toArray(String[]::new));
    }

    /** The complete simplest request. */
    public byte[] upload(byte[] image, String... headers) {
        return request(body(image), headers);
    }

    /** A request with this body and its length. */
    public byte[] request(byte[] body, String... headers) {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add("Content-Length: " + body.length);
        return join(head(all.toArray(String[]::new)), body);
    }

    /** A request with this body in chunks of this size. */
    public byte[] chunked(byte[] body, int size, String... headers) {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add("Transfer-Encoding: chunked");
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; at += size) {
            int length = Math.min(size, body.length - at);
            chunks.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
            chunks.write(body, at, length);
            chunks.writeBytes("\r\n".getBytes(ISO_8859_1));
        }
        chunks.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
        return join(head(all.toArray(String[]::new)), chunks.toByteArray());
    }

    private static byte[] join(String head, byte[] body) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(ISO_8859_1));
        request.writeBytes(body);
        return request.toByteArray();
    }
}
