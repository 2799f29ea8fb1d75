package io.latestimage.training;

import static io.latestimage.training.TrainingClient.ascii;
import static io.latestimage.training.TrainingClient.chunked;
import static io.latestimage.training.TrainingClient.form;
import static io.latestimage.training.TrainingClient.head;
import static io.latestimage.training.TrainingClient.keepAliveHead;
import static io.latestimage.training.TrainingClient.length;
import static io.latestimage.training.TrainingClient.type;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Sends every kind of request that the service supports or rejects, and the frequent kinds many times. */
final class TrainingRequests {
    private static final String PNG = "\u0089PNG\r\n\u001a\n";
    /** So many that the JVM also loads and links what it needs only for requests that are repeated. */
    private static final int FREQUENT = 500;

    private static final int PER_CONNECTION = 50;
    private static final int UPLOADS = 20;

    private final Random random = new Random(1);
    private final TrainingClient client;

    TrainingRequests(TrainingClient client) {
        this.client = client;
    }

    void sendAll() throws IOException {
        client.expect(200, head("GET", "/healthz/liveness"));
        client.expect(200, head("GET", "/healthz/readiness"));
        client.expect(404, head("GET", "/image"));
        page();
        byte[] png = image(PNG, 20_000);
        downloads(png, upload(png));
        uploads();
        rejections();
        for (int i = 0; i < FREQUENT; i += PER_CONNECTION) {
            frequent();
        }
    }

    private void page() throws IOException {
        for (String path : List.of("/", "/page.css", "/page.js", "/follow.js", "/upload.js", "/icon.svg")) {
            client.expect(200, head("GET", path));
            String gzip = "Accept-Encoding: gzip, deflate, br";
            String tag = client.expect(200, head("GET", path, gzip)).header("ETag");
            client.expect(304, head("GET", path, gzip, "If-None-Match: " + tag));
        }
    }

    private void uploads() throws IOException {
        upload(image("\u00ff\u00d8\u00ff\u00e0", 300_000));
        upload(image("GIF89a", 100));
        upload(image("RIFF\0\0\0\0WEBPVP8 ", 3_000_000));
        for (int i = 0; i < UPLOADS; i++) {
            upload(image(PNG, 10_000 + i * 200));
        }
        byte[] form = form("image", "photo.png", image(PNG, 2_000_000));
        // As curl sends forms of 1 MiB or more: the head, and the body after the response 100 Continue.
        client.expect(100, 201, head("POST", "/upload", "Expect: 100-continue", length(form), type()), form);
        client.expect(201, head("POST", "/upload", "Transfer-Encoding: chunked", type()), chunked(form));
        rawUploads();
    }

    /** As curl -T sends images, from a file and from a pipe. */
    private void rawUploads() throws IOException {
        for (int i = 0; i < UPLOADS; i++) {
            byte[] png = image(PNG, 10_000 + i * 200);
            client.expect(204, head("PUT", "/image", length(png)), png);
        }
        byte[] large = image(PNG, 2_000_000);
        client.expect(100, 204, head("PUT", "/image", "Expect: 100-continue", length(large)), large);
        client.expect(204, head("PUT", "/image.png", "Transfer-Encoding: chunked"), chunked(large));
        client.expect(204, head("DELETE", "/image"));
        client.expect(404, head("GET", "/image"));
        client.expect(404, head("DELETE", "/image"));
        client.expect(201, head("PUT", "/image", length(large)), large);
    }

    private void downloads(byte[] image, String tag) throws IOException {
        String date = date();
        client.expect(304, head("GET", "/image", "If-None-Match: " + tag, "Prefer: wait=1"));
        for (int i = 0; i < 20; i++) {
            if (!Arrays.equals(client.expect(200, head("GET", "/image")).body(), image)) {
                throw new IllegalStateException("the image differs from the one that was uploaded");
            }
            client.expect(206, head("GET", "/image", "Range: bytes=0-99"));
            client.expect(206, head("GET", "/image", "Range: bytes=-100"));
            client.expect(206, head("GET", "/image", "Range: bytes=1000-", "If-Range: " + tag));
            client.expect(200, head("GET", "/image", "Range: bytes=1000-", "If-Range: \"other\""));
            client.expect(416, head("GET", "/image", "Range: bytes=999999999-"));
            client.expect(304, head("GET", "/image", "If-None-Match: " + tag));
            client.expect(304, head("GET", "/image", "If-Modified-Since: " + date));
            client.expect(412, head("GET", "/image", "If-Match: \"other\""));
            client.expect(412, head("GET", "/image", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT"));
            client.expect(200, head("GET", "/healthz/readiness"));
        }
    }

    /**
     * The date of the image: the first whole second after the upload. Until that second begins, the service sends no
     * date.
     */
    private String date() throws IOException {
        String date = "";
        while (date.isEmpty()) {
            date = client.expect(200, head("HEAD", "/image")).header("Last-Modified");
        }
        return date;
    }

    private void rejections() throws IOException {
        byte[] png = image(PNG, 1000);
        byte[] form = form("image", "photo.png", png);
        for (int i = 0; i < 5; i++) {
            client.expect(404, head("GET", "/nothing"));
            client.expect(405, head("PATCH", "/image"));
            client.expect(405, head("GET", "/upload"));
            client.expect(415, head("POST", "/upload", length(png), "Content-Type: image/png"), png);
            client.expect(413, head("POST", "/upload", "Expect: 100-continue", "Content-Length: 9999999999", type()));
            client.expect(415, head("PUT", "/image", length(form), type()), form);
            client.expect(413, head("PUT", "/image", "Expect: 100-continue", "Content-Length: 9999999999"));
            client.expect(412, head("PUT", "/image", length(png), "If-None-Match: *"), png);
            client.expect(412, head("DELETE", "/image", "If-Match: \"other\""));
            client.upload(400, form("photo", "photo.png", png));
            client.upload(400, form("image", "photo.png", new byte[0]));
            client.upload(400, Arrays.copyOf(form, form.length - 30));
            client.upload(415, form("image", "photo.png", image("<svg>", 1000)));
            client.expect(412, head("POST", "/upload", length(form), type(), "If-Match: \"other\""), form);
            client.expect(412, head("POST", "/upload", length(form), type(), "If-None-Match: *"), form);
            client.expect(201, head("POST", "/upload", length(form), type(), "If-Match: *"), form);
            client.expect(400, "GET /image HTTP/1.1\r\n\r\n"); // no Host
        }
    }

    /** Downloads the image several times on one connection. */
    private void frequent() throws IOException {
        try (Socket socket = client.connect()) {
            for (int i = 0; i < PER_CONNECTION; i++) {
                if (client.expectOn(socket, 200, keepAliveHead("GET", "/image")).body().length == 0) {
                    throw new IllegalStateException("the image is empty");
                }
            }
        }
    }

    private String upload(byte[] image) throws IOException {
        return client.upload(201, form("image", "photo.png", image)).header("ETag");
    }

    private byte[] image(String signature, int size) {
        byte[] image = new byte[size];
        random.nextBytes(image);
        byte[] first = ascii(signature);
        System.arraycopy(first, 0, image, 0, first.length);
        return image;
    }
}
