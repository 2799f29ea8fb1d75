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
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are not forms at all, or not even bodies. One server receives all of them. */
class UploadMalformedTest {
    private static final String ODD = "\r\n\0 \t\"\\:;=-*%'a\u00e9\u00ff";
    private static final byte[] NEW = Form.png(1, 2000);

    @AutoClose
    private static ServerWithImage server;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = ServerWithImage.start(folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-No-Content-Type: at all",
                "Content-Type: image/png",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: multipart/mixed; boundary=b",
                "Content-Type: multipart/form-data-or-so; boundary=b",
                "Content-Type: text/plain; also=multipart/form-data",
            })
    void requiresAForm(String header) throws Exception {
        server.assertRejects(415, request(header, Form.of(NEW)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: multipart/form-data",
                "Content-Type: multipart/form-data; charset=utf-8",
                "Content-Type: multipart/form-data; boundary",
                "Content-Type: multipart/form-data; boundary=",
                "Content-Type: multipart/form-data; boundary=another",
            })
    void requiresTheBoundary(String header) throws Exception {
        server.assertRejects(400, request(header, Form.of(NEW)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not a number\r\n",
                "-1\r\n",
                "6\r\nGIF89",
                "fffffffffffffffffff\r\n",
                "\r\n",
                "6\r\nGIF89a\r\nnot a number\r\n",
                "6\r\nGIF89a\r\n",
                "6\r\nGIF89a\r\n0",
            })
    void requiresWellFormedChunks(String chunks) throws Exception {
        for (UploadWay way : UploadWay.values()) {
            try (RawClient client = RawClient.connect(server.port())) {
                client.send(way.head("Transfer-Encoding: chunked") + chunks);
                client.endOutput();
                ServerWithImage.assertProblem(400, client.readResponse());
            }
            server.assertUnchanged();
        }
    }

    /** Otherwise the cases above might be rejected for their content. */
    @Test
    void controlTheSameChunksAreAnImageIfTheyAreComplete() throws Exception {
        byte[] gif = "GIF89a".getBytes(UTF_8);
        assertThat(RawClient.exchange(server.port(), UploadWay.RAW.chunked(gif, 6))
                        .status())
                .isEqualTo(204);
        assertThat(RawClient.exchange(server.port(), UploadWay.RAW.upload(ServerWithImage.IMAGE))
                        .status())
                .isEqualTo(204);
        server.assertUnchanged();
    }

    /** Several files of one field used to be a form within the form. RFC 7578, section 4.3, deprecates that. */
    @Test
    void refusesANestedForm() throws Exception {
        String headers =
                "Content-Disposition: form-data; name=\"image\"\r\nContent-Type: multipart/mixed; boundary=inner";
        String nested = "--inner\r\nContent-Disposition: file; filename=\"a.gif\"\r\n\r\nGIF89a\r\n--inner--";
        server.assertRejects(
                400,
                Form.request(
                        new Form().part(headers, nested.getBytes(ISO_8859_1)).end()));
    }

    /** Every body is either valid or an error of the client. None causes an internal error. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void neverAnswersWithAServerError(long seed) throws Exception {
        Random random = new Random(seed);
        byte[] form = new Form()
                .field("a", "b")
                .file("image", "a.gif", "image/gif", "GIF89a".getBytes(UTF_8))
                .end();
        for (int i = 0; i < 250; i++) {
            byte[] body = form.clone();
            for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
                body[random.nextInt(body.length)] = (byte) ODD.charAt(random.nextInt(ODD.length()));
            }
            Response response = RawClient.exchange(server.port(), Form.request(body));
            assertThat(response.status()).as(new String(body, ISO_8859_1)).isIn(201, 400, 415);
        }
        assertThat(RawClient.exchange(server.port(), Form.upload(ServerWithImage.IMAGE))
                        .status())
                .isEqualTo(201);
        server.assertUnchanged();
    }

    private static byte[] request(String header, byte[] body) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(RawClient.head("POST", "/upload", header, "Content-Length: " + body.length)
                .getBytes(UTF_8));
        request.writeBytes(body);
        return request.toByteArray();
    }
}
