package io.latestimage.e2e;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** How a client sends an image. */
public enum UploadWay {
    /** A form, by {@code POST /upload}. Every version of the service takes it. */
    FORM("POST /upload"),
    /** The image as the body, by {@code PUT /image}. */
    PUT("PUT /image");

    private final String request;

    UploadWay(String request) {
        this.request = request;
    }

    /**
     * Reads {@code form}, {@code put} or {@code form,put}.
     *
     * @throws IllegalArgumentException if the text is something else
     */
    public static Set<UploadWay> parse(String text) {
        return switch (text) {
            case "form" -> EnumSet.of(FORM);
            case "put" -> EnumSet.of(PUT);
            case "form,put" -> EnumSet.allOf(UploadWay.class);
            default -> throw new IllegalArgumentException("expected form, put or form,put, got \"" + text + '"');
        };
    }

    /** The method and the path. */
    String request() {
        return request;
    }

    byte[] body(byte[] image) {
        return switch (this) {
            case FORM -> UploadForm.of(image);
            case PUT -> image;
        };
    }

    /** The header lines that describe the body, without its length. */
    String headers() {
        return switch (this) {
            case FORM -> "Content-Type: " + UploadForm.CONTENT_TYPE + "\r\n";
            case PUT -> "";
        };
    }

    /** Whether this status acknowledges an upload. {@code 204} means that there was an image before. */
    boolean isAcknowledgedBy(int status) {
        return switch (this) {
            case FORM -> status == 201;
            case PUT -> status == 201 || status == 204;
        };
    }

    /** One of these ways, chosen by a number so that successive numbers take turns. */
    static UploadWay of(Set<UploadWay> ways, int number) {
        List<UploadWay> sorted = List.copyOf(EnumSet.copyOf(ways));
        return sorted.get(number % sorted.size());
    }
}
