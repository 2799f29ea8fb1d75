package io.latestimage.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.e2e.Images.Image;
import io.latestimage.e2e.RawConnection.Head;
import io.latestimage.e2e.RawConnection.Pause;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends requests, one after the other, and judges their answers. For use by one thread. */
public final class Exchange implements AutoCloseable {
    /** The number of pieces in which a slow body is sent or read. */
    static final int PIECES = 40;

    /** In nanoseconds. A wait may seem so much shorter to one clock than to another. */
    private static final long CLOCK_TOLERANCE = 500_000_000;

    private static final int NOT_MODIFIED = 304;
    private static final int PRECONDITION_FAILED = 412;
    private static final String STALE = "detail=storage-unavailable";
    /** Part of the service's answer if it does not know whether the upload took effect. No other answer has it. */
    private static final String UNCERTAIN = "while the image was being replaced";

    private final Target target;
    private final Style style;
    private final UploadWay way;
    private final Images images;
    /** Volatile, because another thread may close it. */
    private volatile @Nullable RawConnection connection;

    /** Uploads by forms, which every version of the service takes. */
    public Exchange(Target target, Style style, Images images) {
        this(target, style, UploadWay.FORM, images);
    }

    public Exchange(Target target, Style style, UploadWay way, Images images) {
        this.target = target;
        this.style = style;
        this.way = way;
        this.images = images;
    }

    /** Downloads the image, and compares it with the one that was uploaded. */
    public Answer download() {
        return download(Pause.NONE);
    }

    /**
     * Downloads the image, and compares it with the one that was uploaded.
     *
     * @param pause called between the pieces of a slow body
     */
    Answer download(Pause pause) {
        return download(pause, "", Duration.ZERO);
    }

    /**
     * Downloads the image that is not this version, and waits for it. If the service has no other image until the time
     * is over, it answers that nothing has changed, which is a read of this version. A service that does not support
     * waiting answers so at once.
     *
     * @param version the SHA-256 of the image that the client has
     * @param wait how long to wait, in whole seconds
     */
    Answer downloadNext(String version, Duration wait) {
        return download(Pause.NONE, version, wait);
    }

    private Answer download(Pause pause, String version, Duration wait) {
        InFlight inFlight = new InFlight(Operation.DOWNLOAD, "");
        String preference = "wait=" + wait.toSeconds();
        String condition =
                version.isEmpty() ? "" : "If-None-Match: \"%s\"\r\nPrefer: %s\r\n".formatted(version, preference);
        try {
            RawConnection used = connect(inFlight);
            used.send(head("GET /image", condition).getBytes(UTF_8));
            Head head = used.readHead();
            inFlight.headIsThere(head);
            inFlight.version = head.header("ETag").replace("\"", "");
            int size = Integer.parseInt("0" + head.header("Content-Length"));
            byte[] body = used.readBody(head, pieceSize(size), pause);
            release(head);
            if (head.status() == NOT_MODIFIED
                    && head.header("Preference-Applied").equals(preference)) {
                inFlight.waited(wait);
            }
            return inFlight.end(judgeDownload(head, body, version), detailOf(head, body));
        } catch (IOException | RuntimeException e) {
            return inFlight.fail(e);
        }
    }

    /** Uploads the image. */
    public Answer upload(Image image) {
        return upload(image, Pause.NONE, "");
    }

    /**
     * Uploads the image on the condition that the service still has the expected one ({@code If-Match}).
     *
     * @param expected the SHA-256 of the image to replace
     */
    public Answer replace(String expected, Image image) {
        return upload(image, Pause.NONE, "If-Match: \"" + expected + "\"\r\n");
    }

    Answer upload(Image image, Pause pause) {
        return upload(image, pause, "");
    }

    private Answer upload(Image image, Pause pause, String condition) {
        InFlight inFlight = new InFlight(Operation.UPLOAD, image.version());
        boolean conditional = !condition.isEmpty();
        byte[] request = uploadRequest(image.bytes(), condition);
        try {
            RawConnection used = connect(inFlight);
            try {
                used.send(request, pieceSize(request.length), pause);
            } catch (IOException e) {
                // The server may have answered before the end of the body. Then that answer counts.
                Answer early = readUploadAnswer(used, inFlight, image, conditional);
                release(null);
                return early;
            }
            return readUploadAnswer(used, inFlight, image, conditional);
        } catch (IOException | RuntimeException e) {
            return inFlight.fail(e);
        }
    }

    private Answer readUploadAnswer(RawConnection used, InFlight inFlight, Image image, boolean conditional)
            throws IOException {
        Head head = used.readHead();
        inFlight.headIsThere(head);
        byte[] body = used.readBody(head, Integer.MAX_VALUE, Pause.NONE);
        release(head);
        return inFlight.end(judgeUpload(head, body, image, conditional), detailOf(head, body));
    }

    /** Judges an answer to a client that has this version, or none. */
    private Outcome judgeDownload(Head head, byte[] body, String version) {
        String received = head.header("ETag").replace("\"", "");
        boolean unchanged = head.status() == NOT_MODIFIED && !version.isEmpty();
        if (head.status() != 200 && !unchanged) {
            return Outcome.STATUS;
        }
        Optional<byte[]> expected = images.find(received);
        boolean complete = unchanged || (expected.isPresent() && Arrays.equals(expected.get(), body));
        if (!complete || unchanged != received.equals(version)) {
            return Outcome.WRONG;
        }
        return head.header("Cache-Status").contains(STALE) ? Outcome.STALE : Outcome.DONE;
    }

    private Outcome judgeUpload(Head head, byte[] body, Image image, boolean conditional) {
        if (way.isAcknowledgedBy(head.status())) {
            return head.header("ETag").equals('"' + image.version() + '"') ? Outcome.DONE : Outcome.WRONG;
        } else if (!head.header("Content-Type").equals("application/problem+json")) {
            return Outcome.STATUS; // sent by a proxy, not by the service
        } else if (head.status() == PRECONDITION_FAILED && conditional) {
            return Outcome.OUTDATED;
        }
        return new String(body, UTF_8).contains(UNCERTAIN) ? Outcome.UNCERTAIN : Outcome.REJECTED;
    }

    private static String detailOf(Head head, byte[] body) {
        boolean text = head.header("Content-Type").contains("json")
                || head.header("Content-Type").startsWith("text");
        return head.status() / 100 == 2
                ? "%d bytes, %s".formatted(body.length, head.headers())
                : text
                        ? new String(body, UTF_8).strip().replaceAll("\\s+", " ")
                        : head.headers().toString();
    }

    private RawConnection connect(InFlight inFlight) throws IOException {
        RawConnection used = connection;
        inFlight.reused = used != null;
        if (used == null) {
            used = new RawConnection(target, style == Style.SLOW, RawConnection.PATIENCE);
            connection = used;
        }
        return used;
    }

    /** Closes the connection, unless this client reuses connections and the server has not announced that it closes. */
    private void release(@Nullable Head head) {
        if (head == null || !style.keepsAlive() || head.closes() || !head.isDelimited()) {
            close();
        }
    }

    private int pieceSize(int size) {
        return style == Style.SLOW ? size / PIECES + 1 : Math.max(1, size);
    }

    private String head(String request, String headers) {
        String connectionHeader = style.keepsAlive() ? "" : "Connection: close\r\n";
        return request + " HTTP/1.1\r\nHost: " + target.host() + "\r\n" + connectionHeader + headers + "\r\n";
    }

    private byte[] uploadRequest(byte[] image, String condition) {
        byte[] body = way.body(image);
        String headers = way.headers() + "Content-Length: " + body.length + "\r\n" + condition;
        byte[] head = head(way.request(), headers).getBytes(UTF_8);
        byte[] request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    @Override
    public void close() {
        RawConnection used = connection;
        if (used != null) {
            used.close();
            connection = null;
        }
    }

    /** What is known so far about the request in flight. */
    private final class InFlight {
        private final Operation operation;
        private final long start = System.nanoTime();
        private long earliest = start;
        private String version;
        private long known;
        private int status;
        private boolean reused;

        InFlight(Operation operation, String version) {
            this.operation = operation;
            this.version = version;
        }

        void headIsThere(Head head) {
            known = System.nanoTime();
            status = head.status();
        }

        /** The service says that nothing had changed when this time was over. */
        void waited(Duration time) {
            earliest = Math.max(start, Math.min(known, start + time.toNanos()) - CLOCK_TOLERANCE);
        }

        Answer end(Outcome outcome, String detail) {
            long now = System.nanoTime();
            boolean plain = outcome == Outcome.DONE || outcome == Outcome.STALE;
            return answer(now, outcome, plain ? "" : requested() + detail);
        }

        Answer fail(Exception e) {
            long now = System.nanoTime();
            RawConnection used = connection;
            boolean answering = used != null && used.isAnswering();
            close();
            String where = used == null ? " (no connection)" : reused ? " (connection used before)" : "";
            return answer(now, outcome(e, used != null, answering), requested() + e + where);
        }

        /** In the report, all uploads are one kind of request. So a failure says which of the two ways failed. */
        private String requested() {
            return operation == Operation.UPLOAD ? way.request() + ": " : "";
        }

        private Outcome outcome(Exception e, boolean connected, boolean answering) {
            if (e instanceof RuntimeException) {
                return Outcome.WRONG; // the answer is not HTTP
            } else if (!connected) {
                return Outcome.REFUSED;
            } else if (e instanceof SocketTimeoutException) {
                return Outcome.TIMEOUT;
            } else if (answering) {
                return Outcome.CUT;
            }
            return e instanceof EOFException ? Outcome.CLOSED : Outcome.RESET;
        }

        private Answer answer(long now, Outcome outcome, String detail) {
            return new Answer(
                    operation,
                    style,
                    target.name(),
                    start,
                    known == 0 ? now : known,
                    now,
                    version,
                    status,
                    outcome,
                    detail,
                    earliest);
        }
    }
}
