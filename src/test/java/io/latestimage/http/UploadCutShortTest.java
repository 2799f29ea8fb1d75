package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.UploadWay;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A form is complete when its last boundary has been read, and not one byte earlier. A raw image has no end of its own:
 * it is complete when its Content-Length or its last chunk has been read.
 */
class UploadCutShortTest {
    private static final byte[] IMAGE = Form.png(1, 40);

    private static final byte[] BODY = new Form()
            .field("before", "1")
            .file("image", "photo.png", "image/png", IMAGE)
            .field("after", "2")
            .end();
    /** The form is complete after the two hyphens of its last boundary. A line break follows. */
    private static final int COMPLETE = BODY.length - "\r\n".length();

    @AutoClose
    private ServerWithImage server;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = ServerWithImage.start(folder);
    }

    /** The client sends less than its Content-Length: the connection breaks. */
    @ParameterizedTest
    @EnumSource
    void keepsPreviousImageWhenTheConnectionIsCut(UploadWay way) throws Exception {
        byte[] body = body(way);
        for (int length = 0; length < body.length; length++) {
            Response response = upload(way, length, "Content-Length: " + body.length, "");
            assertThat(response.status()).as("cut after %d bytes", length).isEqualTo(400);
            ServerWithImage.assertProblem(400, response);
            server.assertUnchanged();
        }
    }

    /** The client sends as much as its Content-Length, but the form is not complete. */
    @Test
    void keepsPreviousImageWhenTheFormIsCut() throws Exception {
        for (int length = 0; length < COMPLETE; length++) {
            Response response = upload(UploadWay.FORM, length, "Content-Length: " + length, "");
            assertThat(response.status()).as("cut after %d bytes", length).isEqualTo(400);
            ServerWithImage.assertProblem(400, response);
            server.assertUnchanged();
        }
        assertThat(upload(UploadWay.FORM, COMPLETE, "Content-Length: " + COMPLETE, "")
                        .status())
                .isEqualTo(201);
    }

    /** The client sends the last chunk, but the form is not complete. */
    @Test
    void keepsPreviousImageWhenTheChunksEndEarly() throws Exception {
        for (int length = 0; length < COMPLETE; length++) {
            Response response = upload(UploadWay.FORM, length, "Transfer-Encoding: chunked", "0\r\n\r\n");
            assertThat(response.status()).as("cut after %d bytes", length).isEqualTo(400);
            server.assertUnchanged();
        }
        assertThat(upload(UploadWay.FORM, COMPLETE, "Transfer-Encoding: chunked", "0\r\n\r\n")
                        .status())
                .isEqualTo(201);
    }

    /** The client sends everything in chunks, but not the last chunk, which is empty. */
    @ParameterizedTest
    @EnumSource
    void keepsPreviousImageWhenTheLastChunkIsMissing(UploadWay way) throws Exception {
        for (String end : new String[] {"", "0"}) {
            Response response = upload(way, body(way).length, "Transfer-Encoding: chunked", end);
            assertThat(response.status()).as("ends with \"%s\"", end).isEqualTo(400);
            server.assertUnchanged();
        }
        assertThat(upload(way, body(way).length, "Transfer-Encoding: chunked", "0\r\n\r\n")
                        .status())
                .as("control")
                .isEqualTo(way.replaced());
    }

    /** The client resets the connection and reads no response. */
    @ParameterizedTest
    @EnumSource
    void keepsPreviousImageWhenTheClientVanishes(UploadWay way) throws Exception {
        byte[] request = way.upload(Form.png(2, 300_000));
        for (int length = request.length - 1; length > 0; length -= 40_000) {
            try (RawClient client = RawClient.connect(server.port())) {
                client.socket().setSoLinger(true, 0); // closing it sends a reset
                client.send(Arrays.copyOf(request, length));
                if (length > 140_000) {
                    server.awaitTemporaryFiles(1);
                }
            }
            server.assertUnchanged();
        }
    }

    private static byte[] body(UploadWay way) {
        return way == UploadWay.FORM ? BODY : IMAGE;
    }

    private Response upload(UploadWay way, int length, String framing, String end) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(way.head(framing).getBytes(UTF_8));
        boolean chunked = framing.endsWith("chunked") && length > 0;
        request.writeBytes((chunked ? Integer.toHexString(length) + "\r\n" : "").getBytes(ISO_8859_1));
        request.write(body(way), 0, length);
        request.writeBytes((chunked ? "\r\n" : "").getBytes(ISO_8859_1));
        request.writeBytes(end.getBytes(ISO_8859_1));
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(request.toByteArray());
            client.endOutput();
            return client.readResponse();
        }
    }
}
