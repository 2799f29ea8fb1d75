package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.latestimage.testing.FlatJson;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
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

/** What is not taken, by its content. One server goes through it all. */
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
                        "an empty file",
                        400,
                        file("image", "photo.png", new byte[0]).end(),
                        "empty"),
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
                        "one byte",
                        415,
                        file("image", "photo.png", new byte[] {(byte) 0xff}).end(),
                        "known type"),
                rejected(
                        "SVG",
                        415,
                        file("image", "photo.png", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".getBytes(UTF_8))
                                .end(),
                        "known type"),
                rejected(
                        "HTML",
                        415,
                        file("image", "photo.png", "<!DOCTYPE html><script>alert(1)</script>".getBytes(UTF_8))
                                .end(),
                        "known type"),
                rejected("ZIP", 415, file("image", "photo.png", zip()).end(), "known type"),
                rejected(
                        "random",
                        415,
                        file("image", "photo.png", new byte[200_000]).end(),
                        "known type"),
                rejected("one byte too many", 413, Form.of(Form.png(2, MIB + 1)), "1048576 bytes"),
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

    @ParameterizedTest
    @MethodSource("forms")
    void tellsWhatIsWrong(int status, byte[] body, String detail) throws Exception {
        Response response = server.assertRejects(status, Form.request(body));
        assertThat(FlatJson.parse(response.text()).get("detail")).asString().contains(detail.replace("\"", "\\\""));
    }

    /** The same without a length: what is too large is found out on the way. */
    @ParameterizedTest
    @MethodSource("forms")
    void tellsWhatIsWrongWithChunksToo(int status, byte[] body, String detail) throws Exception {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(RawClient.head("POST", "/upload", Form.CONTENT_TYPE, "Transfer-Encoding: chunked")
                .getBytes(UTF_8));
        if (body.length > 0) {
            request.writeBytes((Integer.toHexString(body.length) + "\r\n").getBytes(UTF_8));
            request.writeBytes(body);
            request.writeBytes("\r\n".getBytes(UTF_8));
        }
        request.writeBytes("0\r\n\r\n".getBytes(UTF_8));
        Response response = server.assertRejects(status, request.toByteArray());
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

    /** RFC 2046, section 5.1.1, allows for it, and no client is known to send it. */
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
