package io.latestimage.e2e;

import io.latestimage.e2e.RawConnection.Pause;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Sends one request after the other until it is stopped. It records a failed request and continues with the next. */
public final class Client implements Runnable {
    /** In bytes. Most images are small, so that many can be sent per second. */
    private static final int SMALL_IMAGE = 40_000;
    /** In bytes. Some images are so large that they do not fit into the buffers between client and server. */
    private static final int LARGE_IMAGE = 1_500_000;

    private static final double LARGE_SHARE = 0.02;
    /** The longest time that one slow body takes: longer than the pod's preStop hook and drain together. */
    private static final Duration SLOW_BODY = Duration.ofSeconds(16);
    /** How long a client waits for another image at most. */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final Exchange exchange;
    private final Images images;
    private final Operation operation;
    private final Style style;
    private final Duration interval;
    private final SplittableRandom random;
    private final Consumer<Answer> recorder;
    private final BooleanSupplier idle;
    private final CountDownLatch stop;
    private volatile boolean busy;
    /** The version that a waiting client has; empty before its first answer. */
    private String version = "";

    /**
     * Creates a client. It sends nothing before {@link #run} is called.
     *
     * @param operation what each request does
     * @param way how the client uploads; a slow download uploads first
     * @param interval the average time between two requests; the client sends one request at a time
     * @param random the source of all random choices
     * @param idle returns true while the client must not send requests
     * @param recorder gets every answer
     * @param stop the client stops when this latch reaches zero
     */
    public Client(
            Target target,
            Images images,
            Operation operation,
            Style style,
            UploadWay way,
            Duration interval,
            SplittableRandom random,
            BooleanSupplier idle,
            Consumer<Answer> recorder,
            CountDownLatch stop) {
        this.exchange = new Exchange(target, style, way, images);
        this.images = images;
        this.operation = operation;
        this.style = style;
        this.interval = interval;
        this.random = random;
        this.idle = idle;
        this.recorder = recorder;
        this.stop = stop;
    }

    @Override
    public void run() {
        try (exchange) {
            Pace pace = new Pace(interval, random, System.nanoTime());
            while (!waitFor(pace.untilDue(System.nanoTime()))) {
                busy = true; // set before idle is read: so a thread that reads both cannot miss a request
                if (!idle.getAsBoolean()) {
                    request();
                }
                busy = false;
                pace.answered(System.nanoTime());
            }
        }
    }

    /** Whether the client must not send requests now, and has finished its last one. */
    public boolean isAtRest() {
        return idle.getAsBoolean() && !busy;
    }

    /** Whether the client must not send requests now. */
    public boolean isIdle() {
        return idle.getAsBoolean();
    }

    /** Aborts the request in flight, if any, by closing its connection. */
    public void abort() {
        exchange.close();
    }

    private void request() {
        if (style == Style.WAITING) {
            Answer answer = version.isEmpty() ? exchange.download() : exchange.downloadNext(version, WAIT);
            if (answer.outcome() == Outcome.DONE || answer.outcome() == Outcome.STALE) {
                version = answer.version();
            }
            recorder.accept(answer);
            return;
        }
        long pieceNanos = (long) (SLOW_BODY.toNanos() * random.nextDouble() / Exchange.PIECES);
        Pause pause = style == Style.SLOW ? () -> waitFor(pieceNanos) : Pause.NONE;
        if (operation == Operation.UPLOAD) {
            recorder.accept(exchange.upload(images.next(size()), pause));
            return;
        }
        if (style == Style.SLOW) {
            // So that the download most likely gets a large image.
            recorder.accept(exchange.upload(images.next(LARGE_IMAGE), Pause.NONE));
        }
        recorder.accept(exchange.download(pause));
    }

    private int size() {
        boolean large = style == Style.SLOW || random.nextDouble() < LARGE_SHARE;
        return (large ? LARGE_IMAGE : SMALL_IMAGE) / 10 + random.nextInt(large ? LARGE_IMAGE : SMALL_IMAGE);
    }

    /** Waits for this time, or until the client must stop. Returns whether it must stop. */
    private boolean waitFor(long nanos) {
        try {
            return stop.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
