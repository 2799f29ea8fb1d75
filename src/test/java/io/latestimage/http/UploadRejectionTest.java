package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.latestimage.testing.FlatJson;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.UploadWay;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Forms and images that are rejected for their content. One server receives all of them. */
class UploadRejectionTest {
    private static final int MIB = 1024 * 1024;
    private static final byte[] NEW = Form.png(1, 2000);

    @AutoClose
    private static ServerWithImage server;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = ServerWithImage.start(folder);
    }

    static Stream<Arguments> forms() throws Exception {
        return Stream.of(
                rejected("nothing", 400, new byte[0], "not well-formed"),
                rejected("no part", 400, new Form().end(), "no file named \"image\""),
                rejected("no image", 400, new Form().field("a", "b").end(), "no file named"),
                rejected("another name", 400, file("Image", "photo.png", NEW).end(), "no file named"),
                rejected("no name", 400, nameless(), "no file named"),
                rejected(
                        "two images",
                        400,
                        file("image", "a.png", NEW)
                                .file("image", "b.png", "image/png", NEW)
                                .end(),
                        "several"),
                rejected("the same twice", 400, twice(), "several"),
                rejected(
                        "a plain field",
                        400,
                        new Form().field("image", "photo.png").end(),
                        "no file name"),
                rejected(
                        "a plain field and a file",
                        400,
                        new Form()
                                .field("image", "x")
                                .file("image", "a", "b", NEW)
                                .end(),
                        "no file name"),
                rejected(
                        "a file and a plain field",
                        400,
                        file("image", "a", NEW).field("image", "x").end(),
                        "no file name"),
                rejected(
                        "an empty file without a name",
                        400,
                        file("image", "", new byte[0]).end(),
                        "empty"),
                rejected("10,000 parts", 400, manyParts(10_000), "more than 100 parts"),
                rejected("10,000 parts after the image", 400, manyPartsAfterImage(), "more than 100 parts"),
                rejected("part headers of 1 MB", 400, longHeaders(1_000_000), "not well-formed"),
                rejected(
                        "part headers without an end",
                        400,
                        ("--" + Form.BOUNDARY + "\r\nA: " + "b".repeat(100_000)).getBytes(UTF_8),
                        "not well-formed"),
                rejected("another boundary", 400, "--other\r\n\r\n--other--\r\n".getBytes(UTF_8), "not well-formed"),
                rejected("garbage after a later boundary", 400, garbageAfterImage(), "not well-formed"),
                rejected(
                        "garbage after a boundary",
                        400,
                        ("--" + Form.BOUNDARY + "garbage\r\n").getBytes(UTF_8),
                        "not well-formed"),
                rejected("white space after the first boundary", 400, spaceAfterFirstBoundary(), "not well-formed"),
                rejected(
                        "another file too large",
                        413,
                        new Form()
                                .file("a", "a", "b/c", new byte[2 * MIB])
                                .file("image", "a", "b", NEW)
                                .end(),
                        "1048576 bytes"),
                rejected(
                        "a preamble too large",
                        413,
                        new String(new byte[2 * MIB], UTF_8).concat("\r\n--").getBytes(UTF_8),
                        "1048576 bytes"));
    }

    /** The same content in either way. */
    static Stream<Arguments> images() throws Exception {
        byte[] zip = zip();
        return Stream.of(UploadWay.values())
                .flatMap(way -> Stream.of(
                        image(way, "nothing", 400, new byte[0], "empty"),
                        image(way, "one byte", 415, new byte[] {(byte) 0xff}, "known type"),
                        image(
                                way,
                                "SVG",
                                415,
                                "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".getBytes(UTF_8),
                                "known type"),
                        image(
                                way,
                                "HTML",
                                415,
                                "<!DOCTYPE html><script>alert(1)</script>".getBytes(UTF_8),
                                "known type"),
                        image(way, "ZIP", 415, zip, "known type"),
                        image(way, "zeros", 415, new byte[200_000], "known type"),
                        image(way, "one byte too many", 413, Form.png(2, MIB + 1), "1048576 bytes")));
    }

    private static Arguments image(UploadWay way, String name, int status, byte[] image, String detail) {
        return argumentSet(way + ": " + name, way, status, image, detail);
    }

    @ParameterizedTest
    @MethodSource("images")
    void saysWhatIsWrongWithTheImage(UploadWay way, int status, byte[] image, String detail) throws Exception {
        assertRejects(status, way.upload(image), detail);
        assertRejects(status, way.chunked(way.body(image), image.length + 1), detail);
    }

    /** Without Content-Length, the server finds out on the way that a body is too large. */
    @ParameterizedTest
    @MethodSource("forms")
    void saysWhatIsWrongWithTheForm(int status, byte[] body, String detail) throws Exception {
        assertRejects(status, UploadWay.FORM.request(body), detail);
        assertRejects(status, UploadWay.FORM.chunked(body, body.length + 1), detail);
    }

    private static void assertRejects(int status, byte[] request, String detail) throws Exception {
        Response response = server.assertRejects(status, request);
        assertThat(FlatJson.parse(response.text()).get("detail")).asString().contains(detail.replace("\"", "\\\""));
    }

    private static Arguments rejected(String name, int status, byte[] body, String detail) {
        return argumentSet(name, status, body, detail);
    }

    private static Form file(String field, String fileName, byte[] content) {
        return new Form().file(field, fileName, "image/png", content);
    }

    private static byte[] twice() {
        return file("image", "a.png", NEW)
                .file("image", "a.png", "image/png", NEW)
                .end();
    }

    private static byte[] nameless() {
        return new Form()
                .part("Content-Disposition: form-data; filename=\"photo.png\"", NEW)
                .end();
    }

    private static byte[] manyParts(int count) {
        Form form = new Form();
        for (int i = 0; i < count; i++) {
            form.field("a", "b");
        }
        return form.end();
    }

    private static byte[] manyPartsAfterImage() {
        Form form = file("image", "photo.png", NEW);
        for (int i = 0; i < 10_000; i++) {
            form.field("a", "b");
        }
        return form.end();
    }

    /** RFC 2046, section 5.1.1, allows it, but no known client sends it. */
    private static byte[] spaceAfterFirstBoundary() {
        String form = new String(file("image", "photo.png", NEW).end(), ISO_8859_1);
        return form.replaceFirst(Form.BOUNDARY, Form.BOUNDARY + " \t").getBytes(ISO_8859_1);
    }

    private static byte[] garbageAfterImage() {
        String form = new String(Form.of(NEW), ISO_8859_1);
        return form.replace(Form.BOUNDARY + "--", Form.BOUNDARY + "garbage\r\n--" + Form.BOUNDARY + "--")
                .getBytes(ISO_8859_1);
    }

    private static byte[] longHeaders(int length) {
        return new Form()
                .part(
                        "X-Long: " + "a".repeat(length)
                                + "\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"",
                        NEW)
                .end();
    }

    private static byte[] zip() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("photo.png"));
            zip.write(NEW);
        }
        return bytes.toByteArray();
    }
}
