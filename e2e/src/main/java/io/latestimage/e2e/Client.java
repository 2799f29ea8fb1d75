package io.latestimage.e2e;

import io.latestimage.e2e.RawConnection.Pause;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Sends one request after the other until it is stopped. It records a failed request, and sends the next. */
public final class Client implements Runnable {
    /** Most images are so small that their number counts; in bytes. */
    private static final int SMALL_IMAGE = 40_000;
    /** Some are so large that they do not fit into the buffers between the two ends; in bytes. */
    private static final int LARGE_IMAGE = 1_500_000;

    private static final double LARGE_SHARE = 0.02;
    /** How long one slow body takes at most: longer than the preStop and the drain of the pod together. */
    private static final Duration SLOW_BODY = Duration.ofSeconds(16);

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

    /**
     * A client; {@link #run} makes it work.
     *
     * @param operation what it does
     * @param interval from when a request is due to when the next is, on average; it sends one at a time
     * @param random from which everything follows that is left to chance
     * @param idle whether it is to send nothing for now
     * @param recorder gets every answer
     * @param stop ends it
     */
    public Client(
            Target target,
            Images images,
            Operation operation,
            Style style,
            Duration interval,
            SplittableRandom random,
            BooleanSupplier idle,
            Consumer<Answer> recorder,
            CountDownLatch stop) {
        this.exchange = new Exchange(target, style, images);
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
                busy = true; // before it asks, so that who sees it idle knows that it sends nothing
                if (!idle.getAsBoolean()) {
                    request();
                }
                busy = false;
                pace.answered(System.nanoTime());
            }
        }
    }

    /** Whether it sends nothing for now, and has finished its last request. */
    public boolean isAtRest() {
        return idle.getAsBoolean() && !busy;
    }

    /** Whether it sends nothing for now. */
    public boolean isIdle() {
        return idle.getAsBoolean();
    }

    /** Ends the request that is in flight, if any, by closing its connection. */
    public void abort() {
        exchange.close();
    }

    private void request() {
        long pieceNanos = (long) (SLOW_BODY.toNanos() * random.nextDouble() / Exchange.PIECES);
        Pause pause = style == Style.SLOW ? () -> waitFor(pieceNanos) : Pause.NONE;
        if (operation == Operation.UPLOAD) {
            recorder.accept(exchange.upload(images.next(size()), pause));
            return;
        }
        if (style == Style.SLOW) {
            // So that it most likely downloads a large one.
            recorder.accept(exchange.upload(images.next(LARGE_IMAGE), Pause.NONE));
        }
        recorder.accept(exchange.download(pause));
    }

    private int size() {
        boolean large = style == Style.SLOW || random.nextDouble() < LARGE_SHARE;
        return (large ? LARGE_IMAGE : SMALL_IMAGE) / 10 + random.nextInt(large ? LARGE_IMAGE : SMALL_IMAGE);
    }

    /** Whether it is to stop; returns no later than that. */
    private boolean waitFor(long nanos) {
        try {
            return stop.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
