package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Answer;
import io.latestimage.e2e.Exchange;
import io.latestimage.e2e.Images;
import io.latestimage.e2e.Outcome;
import io.latestimage.e2e.Pace;
import io.latestimage.e2e.Style;
import io.latestimage.e2e.Target;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Increments a {@link Counter} through one replica: downloads the image, and replaces it with {@code If-Match}. */
final class CounterClient implements Traffic.Worker {
    private static final int IMAGE_SIZE = 3_000;

    private final Exchange exchange;
    private final Images images;
    private final Counter counter;
    private final Pace pace;
    private final SplittableRandom random;
    private final BooleanSupplier idle;
    private final Consumer<Answer> recorder;
    private final CountDownLatch stop;

    CounterClient(
            Target target,
            Images images,
            Counter counter,
            Duration interval,
            SplittableRandom random,
            BooleanSupplier idle,
            Consumer<Answer> recorder,
            CountDownLatch stop) {
        this.exchange = new Exchange(target, Style.KEEP_ALIVE, images);
        this.images = images;
        this.counter = counter;
        this.random = random;
        this.pace = new Pace(interval, random, System.nanoTime());
        this.idle = idle;
        this.recorder = recorder;
        this.stop = stop;
    }

    @Override
    public void run() {
        try (exchange) {
            while (!stop.await(pace.untilDue(System.nanoTime()), TimeUnit.NANOSECONDS)) {
                if (!idle.getAsBoolean()) {
                    step(exchange, images, counter, IMAGE_SIZE + random.nextInt(IMAGE_SIZE), recorder);
                }
                pace.answered(System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tries one step if the image can be downloaded. A step from a copy that may be outdated is a valid test, too. */
    static void step(Exchange exchange, Images images, Counter counter, int size, Consumer<Answer> recorder) {
        Answer before = exchange.download();
        recorder.accept(before);
        if (before.outcome() == Outcome.DONE || before.outcome() == Outcome.STALE) {
            stepFrom(before.version(), exchange, images, counter, size, recorder);
        }
    }

    /** Tries a step from the given version. */
    static Answer stepFrom(
            String before, Exchange exchange, Images images, Counter counter, int size, Consumer<Answer> recorder) {
        Images.Image image = images.next(size);
        counter.trying(before, image.version());
        Answer answer = exchange.replace(before, image);
        counter.answered(image.version(), fate(answer));
        recorder.accept(answer);
        return answer;
    }

    private static Counter.Fate fate(Answer answer) {
        if (answer.outcome() == Outcome.DONE) {
            return Counter.Fate.ACKNOWLEDGED;
        }
        return answer.mayHaveHappened() ? Counter.Fate.UNKNOWN : Counter.Fate.REFUSED;
    }

    @Override
    public void abort() {
        exchange.close();
    }
}
