package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An upload is whole when the boundary that ends the form has been read, and not one byte earlier. */
class UploadCutShortTest {
    private static final byte[] BODY = new Form()
            .field("before", "1")
            .file("image", "photo.png", "image/png", Form.png(1, 40))
            .field("after", "2")
            .end();
    /** Behind the two hyphens that make the last boundary the last; a line's end follows. */
    private static final int WHOLE = BODY.length - "\r\n".length();

    @AutoClose
    private ServerWithImage server;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = ServerWithImage.start(folder);
    }

    /** The client announces all and sends a part: its connection breaks. */
    @Test
    void keepsPreviousImageWhenTheConnectionIsCut() throws Exception {
        for (int length = 0; length < BODY.length; length++) {
            Response response = upload(length, "Content-Length: " + BODY.length, "");
            assertThat(response.status()).as("cut after %d bytes", length).isEqualTo(400);
            ServerWithImage.assertProblem(400, response);
            server.assertUnchanged();
        }
    }

    /** The client announces no more than it sends: its form breaks off. */
    @Test
    void keepsPreviousImageWhenTheFormIsCut() throws Exception {
        for (int length = 0; length < WHOLE; length++) {
            Response response = upload(length, "Content-Length: " + length, "");
            assertThat(response.status()).as("cut after %d bytes", length).isEqualTo(400);
            ServerWithImage.assertProblem(400, response);
            server.assertUnchanged();
        }
        assertThat(upload(WHOLE, "Content-Length: " + WHOLE, "").status()).isEqualTo(201);
    }

    /** The client ends the chunks in order, too early. */
    @Test
    void keepsPreviousImageWhenTheChunksEndEarly() throws Exception {
        for (int length = 0; length < WHOLE; length++) {
            Response response = upload(length, "Transfer-Encoding: chunked", "0\r\n\r\n");
            assertThat(response.status()).as("cut after %d bytes", length).isEqualTo(400);
            server.assertUnchanged();
        }
        assertThat(upload(WHOLE, "Transfer-Encoding: chunked", "0\r\n\r\n").status())
                .isEqualTo(201);
    }

    /** The client sends the whole form in chunks, but not the chunk of no bytes that ends them. */
    @Test
    void keepsPreviousImageWhenTheLastChunkIsMissing() throws Exception {
        for (String end : new String[] {"", "0"}) {
            Response response = upload(BODY.length, "Transfer-Encoding: chunked", end);
            assertThat(response.status()).as("ends with \"%s\"", end).isEqualTo(400);
            server.assertUnchanged();
        }
    }

    /** The client is gone altogether, and reads no answer. */
    @Test
    void keepsPreviousImageWhenTheClientVanishes() throws Exception {
        byte[] request = Form.upload(Form.png(2, 300_000));
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

    private Response upload(int length, String framing, String end) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(
                RawClient.head("POST", "/upload", Form.CONTENT_TYPE, framing).getBytes(UTF_8));
        boolean chunked = framing.endsWith("chunked") && length > 0;
        request.writeBytes((chunked ? Integer.toHexString(length) + "\r\n" : "").getBytes(ISO_8859_1));
        request.write(BODY, 0, length);
        request.writeBytes((chunked ? "\r\n" : "").getBytes(ISO_8859_1));
        request.writeBytes(end.getBytes(ISO_8859_1));
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(request.toByteArray());
            client.endOutput();
            return client.readResponse();
        }
    }
}
