package io.latestimage.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.browser.Gateway.Exchange;
import io.latestimage.e2e.browser.Page.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network takes an upload slowly: a gateway passes little of it until the test releases it. */
@InBrowser
class SlowUploadTest {
    /** The service must not give up first. By default it would after a minute. */
    private static final String[] PATIENT = {"MIN_DATA_RATE", "0B", "UPLOAD_TIMEOUT", "15m"};

    @AutoClose
    private static Browser browser;

    @TempDir
    private Path folder;

    private final Photo before = Photo.landscape(640, 480);
    /** 13 MB: more than all buffers between the browser and the gateway hold. */
    private final Photo large = Photo.noise(2200, 2000);

    @BeforeAll
    static void start() {
        browser = Browser.start();
    }

    @Test
    void showsTheProgressOfAnUpload() throws Exception {
        try (Replicas replicas = Replicas.on(folder, PATIENT);
                Gateway gateway = new Gateway("/", replicas.first().target())) {
            Page page = beginUpload(replicas, gateway);
            page.assertAccessible("uploading");
            assertThat(page.seen().picture()).isEqualTo(before.size());
            double share = Double.parseDouble(
                    browser.value("const bar = document.getElementById('progress'); return bar.value / bar.max"));
            assertThat(share).as("the share that is said to be sent").isLessThan(1);
            gateway.releaseUploads();
            page.awaitPhoto(large);
            page.awaitVisible("progress", false);
            page.awaitVisible("cancel", false);
            Replicas.assertHas(replicas.second(), large);
            page.assertNoMisdeeds();
        }
    }

    @Test
    void cancelsAnUpload() throws Exception {
        Photo next = Photo.landscape(800, 450);
        try (Replicas replicas = Replicas.on(folder, PATIENT);
                Gateway gateway = new Gateway("/", replicas.first().target())) {
            Page page = beginUpload(replicas, gateway);
            browser.click("cancel");
            page.awaitVisible("progress", false);
            gateway.releaseUploads();
            Exchange upload = upload(gateway);
            Await.until("the upload has ended", Page.PATIENCE, upload.answer()::isDone);
            assertThat(upload.isAnswered(201) || upload.isAnswered(204))
                    .as("the service accepts what arrived of the upload")
                    .isFalse();
            Replicas.assertHas(replicas.first(), before);
            Replicas.assertHas(replicas.second(), before);
            assertThat(page.seen().picture()).isEqualTo(before.size());
            page.give(Way.CHOOSE, Files.write(folder.resolve("next.png"), next.bytes()));
            page.awaitPhoto(next);
            page.assertNoMisdeeds();
        }
    }

    /** Opens the page, and chooses the large photo while the gateway holds uploads. */
    private Page beginUpload(Replicas replicas, Gateway gateway) throws Exception {
        Replicas.upload(replicas.second(), before);
        Page page = Page.open(browser, gateway.address());
        page.awaitPhoto(before);
        gateway.holdUploads();
        page.give(Way.CHOOSE, Files.write(folder.resolve("large.png"), large.bytes()));
        page.awaitVisible("progress", true);
        page.awaitVisible("cancel", true);
        Await.until(
                "the upload has begun",
                Page.PATIENCE,
                () -> gateway.exchanges().stream()
                        .anyMatch(exchange -> exchange.method().equals("PUT")));
        return page;
    }

    private static Exchange upload(Gateway gateway) {
        return gateway.exchanges().stream()
                .filter(exchange -> exchange.method().equals("PUT"))
                .findFirst()
                .orElseThrow();
    }
}
