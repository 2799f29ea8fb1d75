package io.latestimage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.image.ImageFormat;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code /image.png} and the like are the same resource as {@code /image}. */
class ImageAddressTest {
    @AutoClose
    private static ServerWithImage server;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        server = ServerWithImage.start(folder);
    }

    static Stream<String> addresses() {
        return Stream.of(ImageServlet.addresses());
    }

    @Test
    void hasAnAddressForEachFormatAndForEachOtherUsualExtension() {
        List<String> formats = Stream.of(ImageFormat.values())
                .map(format -> "/image." + format.extension())
                .toList();
        assertThat(ImageServlet.addresses())
                .containsAll(formats)
                .contains("/image", "/image.jpeg", "/image.tif")
                .hasSize(formats.size() + 3);
    }

    /** The image is a PNG, whatever the address says. */
    @ParameterizedTest
    @MethodSource("addresses")
    void returnsTheImage(String address) throws Exception {
        Response expected = RawClient.get(server.port(), "/image");
        Response response = RawClient.get(server.port(), address);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(ServerWithImage.IMAGE);
        assertThat(response.headers())
                .containsEntry("Content-Type", "image/png")
                .containsEntry("ETag", expected.header("ETag").orElseThrow())
                .containsEntry("X-Content-Type-Options", "nosniff");
        Response head = RawClient.exchange(
                server.port(), RawClient.head("HEAD", address).getBytes(ISO_8859_1));
        assertThat(head.status()).isEqualTo(200);
        Response known = RawClient.get(
                server.port(),
                address,
                "If-None-Match: " + expected.header("ETag").orElseThrow());
        assertThat(known.status()).isEqualTo(304);
        assertThat(RawClient.get(server.port(), address, "Range: bytes=1-3").text())
                .isEqualTo("PNG");
    }
}
