import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Starts the service as the image will, sends it one of every kind of request that it has an answer to and many of the
 * frequent ones, drains it, and fails if an answer or the exit status is not what it should be. A check fails also for
 * any warning; in the training, the JVM has remarks about what it leaves out.
 *
 * <pre>
 *   java TrainingRun.java train java -XX:AOTCacheOutput=FILE             @ARGUMENTS    makes the AOT cache
 *   java TrainingRun.java check java -XX:AOTCache=FILE -XX:AOTMode=on    @ARGUMENTS    proves that it can be used
 * </pre>
 *
 * <p>It needs {@code java.base} and the settings IMAGE_DIR and SPOOL_DIR, and works on raw sockets, so that it can send
 * what no client library would. Not a test of the service (src/test has those): it checks as much as makes sure that the
 * training was one.
 */
final class TrainingRun {
    private static final Pattern STARTED = Pattern.compile("listens on port (\\d+)");
    private static final Pattern DRAINS = Pattern.compile("Draining for");
    private static final String BOUNDARY = "----training";
    /** So that all is loaded and linked that only comes when a request has been seen more than a few times. */
    private static final int FREQUENT = 500;

    private static final int UPLOADS = 20;

    private final Random random = new Random(1);
    private final int port;
    private int sent;

    private TrainingRun(int port) {
        this.port = port;
    }

    /** Runs the command that is given, and the requests against it. */
    public static void main(String[] arguments) throws Exception {
        boolean check = arguments[0].equals("check");
        List<String> command = List.of(arguments).subList(1, arguments.length);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // MAX_CONNECTIONS: a build may have no more than 1024 files open.
        builder.environment().putAll(Map.of("APP_PORT", "0", "DRAIN_TIME", "3s", "MAX_CONNECTIONS", "100"));
        Process service = builder.start();
        List<String> log = new ArrayList<>();
        CompletableFuture<Integer> listens = new CompletableFuture<>();
        CompletableFuture<Void> drains = new CompletableFuture<>();
        Thread reader = Thread.ofPlatform().start(() -> read(service, log, listens, drains));
        try {
            TrainingRun run = new TrainingRun(listens.get(60, TimeUnit.SECONDS));
            run.sendAll();
            run.drain(service, drains);
            if (!service.waitFor(120, TimeUnit.SECONDS) || service.exitValue() != 0) {
                throw new IllegalStateException("not an orderly end: " + service);
            }
            reader.join();
            List<String> warnings = log.stream().filter(line -> line.matches("(?s).*(?i:warn|error|exception).*")).toList();
            if (check && !warnings.isEmpty()) {
                throw new IllegalStateException("warnings: " + warnings);
            }
            System.out.println(run.sent + " requests answered as expected, and drained");
        } finally {
            service.destroyForcibly().waitFor();
            reader.join();
            log.forEach(System.out::println);
        }
    }

    private static void read(Process service, List<String> log, CompletableFuture<Integer> listens, CompletableFuture<Void> drains) {
        try (BufferedReader lines = service.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                Matcher started = STARTED.matcher(line);
                if (started.find()) {
                    listens.complete(Integer.valueOf(started.group(1)));
                } else if (DRAINS.matcher(line).find()) {
                    drains.complete(null);
                }
            }
        } catch (IOException e) {
            log.add("(the log ends: " + e + ")");
        }
        IOException ended = new IOException("the service ended");
        listens.completeExceptionally(ended);
        drains.completeExceptionally(ended);
    }

    private void sendAll() throws IOException {
        expect(200, head("GET", "/healthz/liveness"));
        expect(200, head("GET", "/healthz/readiness"));
        expect(404, head("GET", "/image"));
        byte[] png = image("\u0089PNG\r\n\u001a\n", 20_000);
        downloads(png, upload(png));
        uploads();
        rejections();
        for (int i = 0; i < FREQUENT; i += 50) {
            frequent(50, png);
        }
    }

    private void uploads() throws IOException {
        upload(image("\u00ff\u00d8\u00ff\u00e0", 300_000));
        upload(image("GIF89a", 100));
        upload(image("RIFF\0\0\0\0WEBPVP8 ", 3_000_000));
        for (int i = 0; i < UPLOADS; i++) {
            upload(image("\u0089PNG\r\n\u001a\n", 10_000 + i * 200));
        }
        byte[] form = form("image", "photo.png", image("\u0089PNG\r\n\u001a\n", 2_000_000));
        // As curl sends it from 1 MiB on: the head, then the body once the 100 has come.
        expect(100, 201, head("POST", "/upload", "Expect: 100-continue", length(form), type()), form);
        expect(201, head("POST", "/upload", "Transfer-Encoding: chunked", type()), chunked(form));
    }

    private void downloads(byte[] image, String tag) throws IOException {
        String date = date();
        for (int i = 0; i < 20; i++) {
            if (!Arrays.equals(expect(200, head("GET", "/image")).body(), image)) {
                throw new IllegalStateException("other bytes came back");
            }
            expect(206, head("GET", "/image", "Range: bytes=0-99"));
            expect(206, head("GET", "/image", "Range: bytes=-100"));
            expect(206, head("GET", "/image", "Range: bytes=1000-", "If-Range: " + tag));
            expect(200, head("GET", "/image", "Range: bytes=1000-", "If-Range: \"other\""));
            expect(416, head("GET", "/image", "Range: bytes=999999999-"));
            expect(304, head("GET", "/image", "If-None-Match: " + tag));
            expect(304, head("GET", "/image", "If-Modified-Since: " + date));
            expect(412, head("GET", "/image", "If-Match: \"other\""));
            expect(412, head("GET", "/image", "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT"));
            expect(200, head("GET", "/healthz/readiness"));
        }
    }

    /** The first whole second after the upload, once that has begun. */
    private String date() throws IOException {
        String date = "";
        while (date.isEmpty()) {
            date = expect(200, head("HEAD", "/image")).header("Last-Modified");
        }
        return date;
    }

    private void rejections() throws IOException {
        byte[] png = image("\u0089PNG\r\n\u001a\n", 1000);
        byte[] form = form("image", "photo.png", png);
        for (int i = 0; i < 5; i++) {
            expect(404, head("GET", "/nothing"));
            expect(405, head("DELETE", "/image"));
            expect(405, head("GET", "/upload"));
            expect(415, head("POST", "/upload", length(png), "Content-Type: image/png"), png);
            expect(413, head("POST", "/upload", "Expect: 100-continue", "Content-Length: 9999999999", type()), new byte[0]);
            expectUpload(400, form("photo", "photo.png", png));
            expectUpload(400, form("image", "photo.png", new byte[0]));
            expectUpload(400, Arrays.copyOf(form, form.length - 30));
            expectUpload(415, form("image", "photo.png", image("<svg>", 1000)));
            expect(412, head("POST", "/upload", length(form), type(), "If-Match: \"other\""), form);
            expect(412, head("POST", "/upload", length(form), type(), "If-None-Match: *"), form);
            expect(201, head("POST", "/upload", length(form), type(), "If-Match: *"), form);
            expect(400, "GET /image HTTP/1.1\r\n\r\n"); // no Host
        }
    }

    /** Several on one connection. */
    private void frequent(int count, byte[] image) throws IOException {
        try (Socket socket = connect()) {
            for (int i = 0; i < count; i++) {
                socket.getOutputStream().write(ascii("GET /image HTTP/1.1\r\nHost: localhost\r\nUser-Agent: training\r\nAccept: */*\r\n\r\n"));
                Answer answer = Answer.read(socket.getInputStream(), true);
                sent++;
                if (answer.status() != 200 || answer.body().length == 0) {
                    throw new IllegalStateException("answered " + answer.status());
                }
            }
        }
    }

    /** A connection that is open when the signal comes is answered, told to go and served to its end. */
    private void drain(Process service, Future<Void> drains) throws Exception {
        try (Socket socket = connect()) {
            byte[] get = ascii("GET /healthz/readiness HTTP/1.1\r\nHost: localhost\r\n\r\n");
            socket.getOutputStream().write(get);
            Answer ready = Answer.read(socket.getInputStream(), true);
            service.toHandle().destroy(); // SIGTERM; Process.destroy would also close its output
            drains.get(60, TimeUnit.SECONDS);
            socket.getOutputStream().write(get);
            Answer last = Answer.read(socket.getInputStream(), true);
            if (ready.status() != 200 || last.status() != 503 || !"close".equals(last.header("Connection"))) {
                throw new IllegalStateException("answered %s, and while draining %s".formatted(ready, last));
            }
        }
        expect(200, head("GET", "/image"));
    }

    private String upload(byte[] image) throws IOException {
        return expectUpload(201, form("image", "photo.png", image)).header("ETag");
    }

    private Answer expectUpload(int status, byte[] form) throws IOException {
        return expect(status, head("POST", "/upload", length(form), type()), form);
    }

    private Answer expect(int status, String head) throws IOException {
        return expect(status, head, new byte[0]);
    }

    private Answer expect(int status, String head, byte[] body) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(ascii(head));
            out.write(body);
            socket.shutdownOutput();
            return check(status, head, Answer.read(socket.getInputStream(), !head.startsWith("HEAD")));
        }
    }

    private Answer expect(int first, int second, String head, byte[] body) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(ascii(head));
            check(first, head, Answer.read(socket.getInputStream(), false));
            socket.getOutputStream().write(body);
            return check(second, head, Answer.read(socket.getInputStream(), true));
        }
    }

    private Answer check(int status, String head, Answer answer) {
        sent++;
        if (answer.status() != status) {
            throw new IllegalStateException("expected %d for %s, was %s".formatted(status, head, answer));
        }
        return answer;
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static String head(String method, String path, String... headers) {
        StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: training\r\nAccept: */*\r\n".formatted(method, path));
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("Connection: close\r\n\r\n").toString();
    }

    private static String type() {
        return "Content-Type: multipart/form-data; boundary=" + BOUNDARY;
    }

    private static String length(byte[] body) {
        return "Content-Length: " + body.length;
    }

    private static byte[] form(String field, String file, byte[] content) throws IOException {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.write(ascii("--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: image/png\r\n\r\n".formatted(BOUNDARY, field, file)));
        form.write(content);
        form.write(ascii("\r\n--" + BOUNDARY + "--\r\n"));
        return form.toByteArray();
    }

    private static byte[] chunked(byte[] body) throws IOException {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; at += 16_384) {
            int length = Math.min(16_384, body.length - at);
            chunks.write(ascii(Integer.toHexString(length) + "\r\n"));
            chunks.write(body, at, length);
            chunks.write(ascii("\r\n"));
        }
        chunks.write(ascii("0\r\n\r\n"));
        return chunks.toByteArray();
    }

    private byte[] image(String signature, int size) {
        byte[] image = new byte[size];
        random.nextBytes(image);
        byte[] first = ascii(signature);
        System.arraycopy(first, 0, image, 0, first.length);
        return image;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
