package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.UploadWay;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A website must not replace the image through the browser of a visitor. The Host is "localhost" here. */
class CrossOriginTest {
    private static final byte[] NEW = Form.png(1, 2000);

    @TempDir
    private Path folder;

    @AutoClose
    private ServerWithImage server;

    @BeforeEach
    void start() throws Exception {
        server = ServerWithImage.start(folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://elsewhere.example",
                "Origin: http://localhost:8081",
                "Origin: http://localhost.elsewhere.example",
                "Origin: https://elsewhere.example/localhost",
                "Origin: null",
                "Origin: ",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: cross-site; Origin: http://localhost",
                "X-Forwarded-Host: image.example; Origin: https://elsewhere.example",
            })
    void rejectsUploadsOfOtherSites(String headers) throws Exception {
        for (UploadWay way : UploadWay.values()) {
            Response response = server.assertRejects(403, way.upload(NEW, headers.split("; ")));
            assertThat(response.text()).contains("another site");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Nothing: else",
                "Origin: http://localhost",
                "Origin: https://LOCALHOST",
                "Sec-Fetch-Site: same-origin; Origin: https://behind-a-proxy.example",
                "Sec-Fetch-Site: none",
                "X-Forwarded-Host: image.example, inner.example; Origin: https://image.example",
            })
    void acceptsUploadsOfItsOwnPagesAndOfPrograms(String headers) throws Exception {
        assertThat(RawClient.exchange(server.port(), Form.upload(NEW, headers.split("; ")))
                        .status())
                .isEqualTo(201);
        server.assertServes(NEW);
    }

    /** Any site may show the image. */
    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://elsewhere.example", "Sec-Fetch-Site: cross-site"})
    void returnsTheImageToAll(String header) throws Exception {
        assertThat(RawClient.get(server.port(), "/image", header).body()).isEqualTo(ServerWithImage.IMAGE);
    }
}
