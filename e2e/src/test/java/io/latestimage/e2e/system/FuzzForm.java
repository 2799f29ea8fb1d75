package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A multipart form of the fuzz (RFC 7578 and RFC 2046, section 5.1): a valid one, or one with a single defect.
 *
 * @param contentType the value of the {@code Content-Type} header
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FuzzForm(String contentType, byte[] body) {
    private static final List<String> BOUNDARIES = List.of(
            "x",
            "----WebKitFormBoundary7MA4YWxkTrZu0gW",
            "a'()+_,-./:=?b",
            "-",
            "--",
            "0".repeat(70),
            "with space in it");

    private static final List<String> FILE_NAMES = List.of(
            "a.png",
            "a.png",
            "",
            "../../etc/passwd",
            "a\\\"b.png",
            "\u00c3\u00a4.png",
            "\u00ff\u00fe",
            "a\0b",
            "a".repeat(2_000),
            "a\rb");

    private static final List<String> PART_HEADERS = List.of(
            "Content-Disposition: form-data; name=\"image\"",
            "Content-Disposition: form-data; filename=\"a.png\"",
            "Content-Disposition: form-data; name=\"\"; filename=\"a.png\"",
            "Content-Disposition: form-data; name=\"IMAGE\"; filename=\"a.png\"",
            "Content-Disposition: form-data; name=image; filename=a.png",
            "Content-Disposition: form-data; name=\"image; filename=\"a.png",
            "Content-Disposition: form-data; name=\"image\"; filename*=UTF-8''%e2%82%ac.png",
            "Content-Disposition: form-data; name=\"image\"; filename*=UTF-8''%zz",
            "Content-Disposition: form-data; name=\"image\"; filename*=nonsense''x",
            "Content-Disposition: form-data; name=\"=?UTF-8?Q?image?=\"; filename=\"=?UTF-8?B?////?=\"",
            "Content-Disposition: attachment; name=\"image\"; filename=\"a.png\"",
            "Content-Disposition:",
            "Content-Disposition",
            "Content-Type: image/png",
            "Content-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"",
            "Content-Type: multipart/mixed; boundary=y\r\nContent-Disposition: form-data; name=\"image\"",
            "X-Long: " + "a".repeat(20_000),
            " folded",
            "\0\u00ff",
            "");

    /** What is wrong with a form. */
    private enum Defect {
        NO_BOUNDARY_PARAMETER,
        EMPTY_BOUNDARY_PARAMETER,
        OTHER_BOUNDARY_PARAMETER,
        OTHER_TYPE,
        PART_HEADERS,
        NO_BLANK_LINE,
        NO_CLOSING_BOUNDARY,
        CLOSING_BOUNDARY_FIRST,
        BOUNDARY_IN_THE_IMAGE,
        LINE_FEEDS_ONLY,
        SEVERAL_IMAGES,
        MANY_PARTS,
        NO_PARTS,
        EPILOGUE
    }

    /** A valid form with this image. */
    static FuzzForm valid(byte[] image, SplittableRandom random) {
        String boundary = FuzzValues.pick(BOUNDARIES, random);
        Writer writer = new Writer(boundary);
        if (random.nextInt(4) == 0) {
            writer.text("preamble\r\n");
        }
        int fields = random.nextInt(3);
        for (int i = 0; i < fields; i++) {
            writer.part("Content-Disposition: form-data; name=\"field%d\"".formatted(i), "value".getBytes(ISO_8859_1));
        }
        writer.part(disposition(random) + "\r\nContent-Type: image/png", image);
        return new FuzzForm(type(boundary), writer.end());
    }

    /** A form with a defect. The service may accept it all the same. */
    static FuzzForm broken(byte[] image, SplittableRandom random) {
        String boundary = FuzzValues.pick(BOUNDARIES, random);
        String type = type(boundary);
        String headers = disposition(random);
        Writer form = new Writer(boundary);
        return switch (Defect.values()[random.nextInt(Defect.values().length)]) {
            case NO_BOUNDARY_PARAMETER ->
                new FuzzForm("multipart/form-data", form.part(headers, image).end());
            case EMPTY_BOUNDARY_PARAMETER ->
                new FuzzForm(
                        "multipart/form-data; boundary=",
                        form.part(headers, image).end());
            case OTHER_BOUNDARY_PARAMETER ->
                new FuzzForm(type("other" + boundary), form.part(headers, image).end());
            case OTHER_TYPE ->
                new FuzzForm(
                        "multipart/mixed; boundary=\"" + boundary + '"',
                        form.part(headers, image).end());
            case PART_HEADERS ->
                new FuzzForm(
                        type,
                        form.part(FuzzValues.pick(PART_HEADERS, random), image).end());
            case NO_BLANK_LINE ->
                new FuzzForm(
                        type,
                        form.text("--" + boundary + "\r\n" + headers + "\r\n").end());
            case NO_CLOSING_BOUNDARY ->
                new FuzzForm(type, form.part(headers, image).bytes());
            case CLOSING_BOUNDARY_FIRST ->
                new FuzzForm(
                        type,
                        form.text("--" + boundary + "--\r\n")
                                .part(headers, image)
                                .end());
            case BOUNDARY_IN_THE_IMAGE ->
                new FuzzForm(
                        type,
                        form.part(headers, ("\u0089PNG\r\n\u001a\n\r\n--" + boundary).getBytes(ISO_8859_1))
                                .end());
            case LINE_FEEDS_ONLY ->
                new FuzzForm(
                        type,
                        new String(form.part(headers, new byte[0]).end(), ISO_8859_1)
                                .replace("\r", "")
                                .getBytes(ISO_8859_1));
            case SEVERAL_IMAGES ->
                new FuzzForm(
                        type, form.part(headers, image).part(headers, image).end());
            case MANY_PARTS -> {
                for (int i = 0; i < 150; i++) {
                    form.part("Content-Disposition: form-data; name=\"a\"", new byte[0]);
                }
                yield new FuzzForm(type, form.part(headers, image).end());
            }
            case NO_PARTS -> new FuzzForm(type, random.nextBoolean() ? form.end() : form.bytes());
            case EPILOGUE ->
                new FuzzForm(
                        type,
                        form.part(headers, image)
                                .text("--" + boundary + "--\r\n" + "epilogue\r\n".repeat(random.nextInt(5_000)))
                                .bytes());
        };
    }

    private static String type(String boundary) {
        return "multipart/form-data; boundary=\"%s\"".formatted(boundary);
    }

    private static String disposition(SplittableRandom random) {
        return "Content-Disposition: form-data; name=\"image\"; filename=\"%s\""
                .formatted(FuzzValues.pick(FILE_NAMES, random));
    }

    /** Writes the parts of a form. */
    private static final class Writer {
        private final String boundary;
        private final ByteArrayOutputStream form = new ByteArrayOutputStream();

        Writer(String boundary) {
            this.boundary = boundary;
        }

        Writer text(String text) {
            form.writeBytes(text.getBytes(ISO_8859_1));
            return this;
        }

        Writer part(String headers, byte[] content) {
            text("--" + boundary + "\r\n" + headers + "\r\n\r\n");
            form.writeBytes(content);
            return text("\r\n");
        }

        byte[] end() {
            return text("--" + boundary + "--\r\n").bytes();
        }

        byte[] bytes() {
            return form.toByteArray();
        }
    }
}
