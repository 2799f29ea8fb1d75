package io.latestimage.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** The body of an upload: a multipart form with one file, in the format that browsers and curl send. */
public final class UploadForm {
    private static final String BOUNDARY = "----boundary-of-the-load";
    private static final String START = "--" + BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n";
    private static final String END = "\r\n--" + BOUNDARY + "--\r\n";
    /** The value of the {@code Content-Type} header. */
    public static final String CONTENT_TYPE = "multipart/form-data; boundary=" + BOUNDARY;

    /** How many bytes follow the image. */
    public static final int END_LENGTH = END.length();

    private UploadForm() {}

    /** The form with this image. */
    public static byte[] of(byte[] image) {
        ByteArrayOutputStream form = new ByteArrayOutputStream(START.length() + image.length + END_LENGTH);
        form.writeBytes(START.getBytes(UTF_8));
        form.writeBytes(image);
        form.writeBytes(END.getBytes(UTF_8));
        return form.toByteArray();
    }
}
