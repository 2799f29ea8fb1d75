package io.latestimage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.testing.Await;
import io.latestimage.testing.Form;
import io.latestimage.testing.RawClient;
import io.latestimage.testing.RawClient.Response;
import io.latestimage.testing.ServerWithImage;
import io.latestimage.testing.StoredImage;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A date in HTTP has whole seconds. Even so, no date may stand for two versions of the image. */
class DateTest {
    private static final int UPLOADS = 4;

    @TempDir
    private Path folder;

    @AutoClose
    private ServerWithImage server;

    private Path volume;

    @BeforeEach
    void start() throws Exception {
        server = ServerWithImage.start(folder);
        volume = folder.resolve("data");
    }

    /** Each client has an image and its Last-Modified or, if that was absent, the time at which it got the image. */
    @Test
    void doesNotTakeOneOfTwoVersionsOfASecondForTheOther() throws Exception {
        Instant gotBefore = Instant.now();
        for (int i = 1; i <= UPLOADS; i++) {
            assertThat(upload(Form.png(i, 1000)).status()).isEqualTo(201);
            Response current = RawClient.get(server.port(), "/image");
            assertThat(modifiedSince(gotBefore).status())
                    .as("of another version")
                    .isEqualTo(200);
            gotBefore = Instant.now();
            String date = current.header("Last-Modified").orElse(http(gotBefore));
            assertThat(upload(Form.png(-i, 1000)).status()).isEqualTo(201);
            Response next = RawClient.get(server.port(), "/image", "If-Modified-Since: " + date);
            assertThat(next.body()).isEqualTo(Form.png(-i, 1000));
            gotBefore = Instant.now();
        }
    }

    @Test
    void givesEachVersionALaterSecondThanThePreviousOne() throws Exception {
        Instant before = ServerWithImage.UPLOADED.toInstant();
        Instant published = before;
        for (int i = 1; i <= UPLOADS; i++) {
            assertThat(upload(Form.png(i, 1000)).status()).isEqualTo(201);
            Instant date = StoredImage.instant(volume, "modified");
            assertThat(date.getEpochSecond()).isGreaterThan(before.getEpochSecond());
            assertThat(date).isEqualTo(Instant.ofEpochSecond(date.getEpochSecond()));
            assertThat(StoredImage.instant(volume, "published")).isAfterOrEqualTo(published);
            before = date;
            published = StoredImage.instant(volume, "published");
        }
    }

    /** An upload that began before another one and ends after it has the later date, because the end counts. */
    @Test
    void datesAnUploadByItsEnd() throws Exception {
        byte[] slow = Form.upload(Form.png(1, 200_000));
        try (RawClient client = RawClient.connect(server.port())) {
            client.send(Arrays.copyOf(slow, slow.length - 1));
            server.awaitTemporaryFiles(1);
            assertThat(upload(Form.png(2, 100)).status()).isEqualTo(201);
            String date = awaitDate();
            client.send(new byte[] {slow[slow.length - 1]});
            assertThat(client.readResponse().status()).isEqualTo(201);
            assertThat(RawClient.get(server.port(), "/image", "If-Modified-Since: " + date)
                            .body())
                    .isEqualTo(Form.png(1, 200_000));
            assertThat(RawClient.get(server.port(), "/image", "If-Unmodified-Since: " + date)
                            .status())
                    .isEqualTo(412);
        }
    }

    /** RFC 9110, section 8.8.2.1, forbids a date in the future. The image has its date as soon as that is past. */
    @Test
    void sendsTheDateOnceItIsPast() throws Exception {
        assertThat(upload(Form.png(1, 1000)).status()).isEqualTo(201);
        String date = awaitDate();
        assertThat(instant(date)).isBeforeOrEqualTo(Instant.now());
        assertThat(RawClient.get(server.port(), "/image", "If-Modified-Since: " + date)
                        .status())
                .isEqualTo(304);
    }

    /** Waits until the date of the image is past. */
    private String awaitDate() throws Exception {
        Await.until(
                "the second has begun",
                () -> RawClient.get(server.port(), "/image")
                        .header("Last-Modified")
                        .isPresent());
        return RawClient.get(server.port(), "/image").header("Last-Modified").orElseThrow();
    }

    private Response upload(byte[] image) throws Exception {
        return RawClient.exchange(server.port(), Form.upload(image));
    }

    private Response modifiedSince(Instant date) throws Exception {
        return RawClient.get(server.port(), "/image", "If-Modified-Since: " + http(date));
    }

    private static String http(Instant date) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC));
    }

    private static Instant instant(String date) {
        return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    }
}
