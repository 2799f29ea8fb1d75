package io.latestimage.store;

import io.latestimage.store.Fault.Moment;
import io.latestimage.store.OperationClock.Call;
import io.latestimage.store.OperationClock.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes one operation of one store fail. The store gets clocks of this class, which see every operation on the volume.
 * A clock reports that an operation takes too long only if that operation hangs. So the speed of the machine does not
 * matter.
 */
final class FaultInjection {
    /**
     * The process ends here. This is an {@link Error}, so that no store mistakes it for a failure of the volume.
     * Everything that the store still tries to do fails.
     */
    static final class ProcessEnded extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final @Nullable Step target;
    private final @Nullable Fault fault;
    private final AtomicInteger clocks = new AtomicInteger();
    private final List<Step> steps = new CopyOnWriteArrayList<>();
    /** The files that the store has opened, the latest first. */
    private final Map<String, Deque<FileChannel>> channels = new ConcurrentHashMap<>();

    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean ended;
    private volatile boolean struck;

    private FaultInjection(@Nullable Step target, @Nullable Fault fault) {
        this.target = target;
        this.fault = fault;
    }

    static FaultInjection none() {
        return new FaultInjection(null, null);
    }

    static FaultInjection of(Step target, Fault fault) {
        return new FaultInjection(target, fault);
    }

    /** All operations until it was healed, those of each thread in order. */
    List<Step> steps() {
        return steps;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Ends a hang or an outage. From now on no fault strikes. */
    void heal() {
        released.countDown();
    }

    OperationClock clock() {
        return new Clock(clocks.getAndIncrement());
    }

    private final class Clock extends OperationClock {
        private final int thread;
        private int count;
        private volatile boolean hangs;

        Clock(int thread) {
            this.thread = thread;
        }

        @Override
        Duration elapsed() {
            return hangs ? Duration.ofDays(1) : Duration.ZERO;
        }

        @Override
        <T> T run(Operation operation, String name, Call<T> call) throws IOException {
            Step step = Step.of(thread, count++, operation, name);
            if (released.getCount() > 0) {
                steps.add(step);
            }
            if (ended) {
                throw new IOException("the process has ended");
            }
            Fault hit = hitting(step);
            if (hit == null) {
                return opened(name, perform(operation, call));
            }
            struck = true;
            // A close that fails has closed the file: this is what Linux does.
            if (hit.moment() == Moment.BEFORE && !(hit instanceof Fault.Fails && operation == Operation.CLOSE)) {
                strike(hit);
                return opened(name, perform(operation, call));
            }
            byte[] before = hit instanceof Fault.Torn ? content(name) : new byte[0];
            T result = opened(name, perform(operation, call));
            if (hit instanceof Fault.Torn torn) {
                tear(name, before, torn.bytes());
            }
            if (result instanceof FileChannel channel && hit instanceof Fault.Fails) {
                channel.close(); // nobody else closes it
            }
            strike(hit);
            return result;
        }

        /** Does not wait for the disk: no fault here is a power failure. */
        @SuppressWarnings("unchecked")
        private <T> T perform(Operation operation, Call<T> call) throws IOException {
            return switch (operation) {
                case FORCE, FORCE_FOLDER -> (T) Boolean.TRUE; // as these calls return
                default -> call.call();
            };
        }

        private void strike(Fault hit) throws IOException {
            switch (hit) {
                case Fault.ProcessEnds _ -> end();
                case Fault.Fails fails -> throw new IOException(text(fails.errno()));
                case Fault.Torn torn -> strike(torn.then());
                case Fault.Silent _ -> {}
                case Fault.Hangs _ -> {
                    hangs = true;
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        throw new IOException("a system call is not interrupted", e);
                    } finally {
                        hangs = false;
                    }
                }
            }
        }
    }

    private @Nullable Fault hitting(Step step) {
        Step at = target;
        if (at == null || released.getCount() == 0) {
            return null;
        }
        boolean lasts = struck && fault instanceof Fault.Fails fails && fails.lasting();
        return lasts || (step.isAt(at) && !struck) ? fault : null;
    }

    private <T> T opened(String name, T result) {
        if (result instanceof FileChannel channel) {
            channels.computeIfAbsent(name, _ -> new ConcurrentLinkedDeque<>()).addFirst(channel);
        }
        return result;
    }

    private void end() throws IOException {
        ended = true;
        for (Deque<FileChannel> all : channels.values()) {
            for (FileChannel channel : all) {
                channel.close();
            }
        }
        throw new ProcessEnded();
    }

    /** Such as {@code Input/output error}, in the language of this process. */
    static String text(Errno errno) {
        return ErrorTexts.BY_TEXT.entrySet().stream()
                .filter(text -> text.getValue() == errno)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private FileChannel open(String name) {
        return channels.getOrDefault(name, new ConcurrentLinkedDeque<>()).stream()
                .filter(FileChannel::isOpen)
                .findFirst()
                .orElseThrow();
    }

    /** Read through the descriptor that writes, because closing another one would release the locks of the process. */
    private byte[] content(String name) throws IOException {
        FileChannel channel = open(name);
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) > 0) {}
        return buffer.array();
    }

    private void tear(String name, byte[] before, int count) throws IOException {
        byte[] after = content(name);
        int difference = Arrays.mismatch(before, after);
        if (difference < 0) {
            return; // the same bytes were written once more
        }
        boolean record = difference < before.length || name.equals(Volume.MANIFEST);
        int from = record ? difference / ManifestRecord.SIZE * ManifestRecord.SIZE : before.length;
        int end = Math.min(from + count, after.length);
        FileChannel channel = open(name);
        if (end < before.length) {
            channel.write(ByteBuffer.wrap(before, end, before.length - end), end);
        } else {
            channel.truncate(end);
        }
    }
}
