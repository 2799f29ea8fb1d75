package io.latestimage.e2e.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.browser.Page.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A person uploads an image through the page, in each way, and reads why an upload was rejected. */
@InBrowser
class UploadTest {
    private static final byte[] NO_IMAGE = "This is text, whatever the name of its file says.".getBytes(UTF_8);

    @AutoClose
    private static Browser browser;

    @TempDir
    private Path folder;

    private final Photo before = Photo.landscape(640, 480);
    private final Photo after = Photo.landscape(800, 450);

    @BeforeAll
    static void start() {
        browser = Browser.start();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void uploadsInEachWay(Way way) throws Exception {
        try (Replicas replicas = Replicas.on(folder)) {
            Replicas.upload(replicas.second(), before);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(before);
            page.give(way, Files.write(folder.resolve("new.png"), after.bytes()));
            page.awaitPhoto(after);
            Replicas.assertHas(replicas.second(), after);
            page.awaitVisible("progress", false);
            assertThat(page.seen().error()).isEmpty();
            page.assertNotReloaded();
            page.assertNoMisdeeds();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void showsTheWordsOfARejection(Way way) throws Exception {
        try (Replicas replicas = Replicas.on(folder)) {
            Replicas.upload(replicas.second(), before);
            Reply reply = Replicas.put(replicas.second(), NO_IMAGE).send();
            assertThat(reply.status()).isEqualTo(415);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.awaitPhoto(before);
            page.give(way, Files.write(folder.resolve("broken.png"), NO_IMAGE));
            page.awaitError(Replicas.detail(reply));
            page.awaitVisible("progress", false);
            assertThat(page.seen().picture()).isEqualTo(before.size());
            Replicas.assertHas(replicas.first(), before);
            page.assertAccessible("rejected");
            page.give(way, Files.write(folder.resolve("new.png"), after.bytes()));
            page.awaitPhoto(after);
            page.awaitVisible("error", false);
            page.assertNoMisdeeds("status of 415");
        }
    }

    @Test
    void saysThatAnImageIsTooLarge() throws Exception {
        Photo large = Photo.noise(300, 200);
        try (Replicas replicas = Replicas.on(folder, "MAX_IMAGE_SIZE", "100KiB")) {
            Reply reply = Replicas.put(replicas.second(), large.bytes()).send();
            assertThat(reply.status()).isEqualTo(413);
            Page page = Page.open(browser, Replicas.page(replicas.first()));
            page.give(Way.CHOOSE, Files.write(folder.resolve("large.png"), large.bytes()));
            page.awaitError(Replicas.detail(reply));
            assertThat(page.seen().state()).isEqualTo("empty");
            page.assertNoMisdeeds("status of 404", "status of 413");
        }
    }
}
