package io.latestimage.store;

import static io.latestimage.store.SpoolCopies.SIZE;
import static io.latestimage.store.SpoolCopies.bytes;
import static io.latestimage.store.SpoolCopies.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.store.StoreFailure.ReplicaFault;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replaced images that somebody still reads take no more space than is allowed. */
class SpoolLimitTest {
    private static final Duration NEVER = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    private final AtomicInteger disconnected = new AtomicInteger();
    private final List<Snapshot> held = new ArrayList<>();

    /** Only as many as needed, and those that have been read for the longest. */
    @Test
    void revokesTheOldestIfReplacedOnesTakeTooMuch() throws Exception {
        Spool spool = spool(2 * SIZE, NEVER);
        for (int i = 0; i < 3; i++) {
            replaceWithDisconnectableReader(spool, i);
        }
        assertThat(held).as("as many as allowed, and one more").noneMatch(Snapshot::isRevoked);
        replaceWithDisconnectableReader(spool, 3);
        assertThat(held).extracting(Snapshot::isRevoked).containsExactly(true, false, false, false);
        Snapshot latest = copy(spool, 4);
        assertThat(held).extracting(Snapshot::isRevoked).containsExactly(true, true, false, false);
        assertThat(held).extracting(Snapshot::free).containsExactly(true, true, false, false);
        assertThat(disconnected).hasValue(2);
        assertThat(bytes(latest)).isEqualTo(image(4));
        assertThat(bytes(held.get(2))).isEqualTo(image(2));
    }

    @Test
    void revokesNothingWhenReadersAreDone() throws Exception {
        Spool spool = spool(SIZE, NEVER);
        replaceWithDisconnectableReader(spool, 0);
        for (int i = 1; i < 50; i++) {
            spool.retire(copy(spool, i)); // nobody reads it
        }
        assertThat(held).noneMatch(Snapshot::isRevoked);
    }

    /** An image that has just been replaced may use the space of the next copy, until that is made. */
    @Test
    void servesWithNoSpaceForReplacedOnes() throws Exception {
        Spool spool = spool(0, NEVER);
        replaceWithDisconnectableReader(spool, 0);
        assertThat(bytes(held.getFirst())).isEqualTo(image(0));
        assertThat(disconnected).hasValue(0);
        assertThat(bytes(copy(spool, 1))).isEqualTo(image(1));
        assertThat(disconnected).hasValue(1);
        assertThat(held.getFirst().free()).isTrue();
    }

    /** In a server that disconnects nobody, a reader may be blocked for longer than the copy waits. */
    @Test
    void saysWhatHoldsTheMissingSpace() throws Exception {
        Spool spool = spool(SIZE, Duration.ofMillis(20));
        for (int i = 0; i < 2; i++) {
            Snapshot snapshot = copy(spool, i);
            assertThat(snapshot.acquire()).isTrue();
            held.add(snapshot);
            spool.retire(snapshot);
        }
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> copy(spool, 2))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.failure()).isInstanceOf(ReplicaFault.class))
                    .hasMessageContaining("2 versions")
                    .hasMessageContaining(2 * SIZE + " bytes")
                    .hasMessageContaining("SPOOL_SIZE allows " + SIZE);
        }
        assertThat(held).extracting(Snapshot::isRevoked).containsExactly(true, false);
        assertThat(bytes(held.getFirst())).as("still readable").isEqualTo(image(0));
        held.getFirst().release();
        assertThat(bytes(copy(spool, 2))).as("after the recovery").isEqualTo(image(2));
    }

    @Test
    void waitsForReadersThatAreAboutToEnd() throws Exception {
        Spool spool = spool(0, NEVER);
        Snapshot snapshot = copy(spool, 0);
        assertThat(snapshot.acquire()).isTrue();
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!snapshot.isRevoked()) {
                Thread.onSpinWait();
            }
            snapshot.release();
        });
        spool.retire(snapshot);
        assertThat(bytes(copy(spool, 1))).isEqualTo(image(1));
        assertThat(snapshot.free()).isTrue();
        reader.join();
    }

    @Test
    void disconnectsNoReaderThatIsDone() throws Exception {
        Snapshot snapshot = copy(spool(0, NEVER), 0);
        try (Snapshot.Reader _ = snapshot.register(disconnected::incrementAndGet)) {
            assertThat(disconnected).hasValue(0);
        }
        snapshot.revoke();
        assertThat(disconnected).as("its connection serves another request").hasValue(0);
        assertThat(snapshot.acquire()).as("by a reader that comes too late").isFalse();
        try (Snapshot.Reader _ = snapshot.register(disconnected::incrementAndGet)) {
            assertThat(disconnected).as("at once").hasValue(1);
            snapshot.revoke();
            assertThat(disconnected).as("once").hasValue(1);
        }
    }

    /**
     * The arena cannot be closed while the kernel uses the bytes. The attempt fails, and must lose neither the bytes
     * nor the space.
     */
    @Test
    void freesLaterWhatAnOperationStillUses() throws Exception {
        Spool spool = spool(0, NEVER);
        Snapshot snapshot = copy(spool, 0);
        ByteBuffer all = snapshot.slice(0, SIZE);
        Pipe pipe = Pipe.open();
        try (Pipe.SinkChannel sink = pipe.sink();
                Pipe.SourceChannel source = pipe.source()) {
            Thread writer = Thread.ofPlatform().start(() -> writeAll(sink, all));
            assertThat(source.read(ByteBuffer.allocate(1))).isEqualTo(1); // from here on the writer is in the kernel
            spool.retire(snapshot);
            assertThat(snapshot.acquire()).as("no holder is left").isFalse();
            assertThat(snapshot.free()).as("the kernel has the bytes").isFalse();
            assertThat(all.get(SIZE - 1)).isEqualTo(image(0)[SIZE - 1]);
            ByteBuffer rest = ByteBuffer.allocate(SIZE - 1);
            while (rest.hasRemaining()) {
                assertThat(source.read(rest)).isPositive();
            }
            writer.join();
            assertThat(snapshot.isMapped()).as("nobody has tried again").isTrue();
            spool.freeReplaced();
            assertThat(snapshot.isMapped()).isFalse();
        }
    }

    private static void writeAll(Pipe.SinkChannel sink, ByteBuffer bytes) {
        try {
            sink.write(bytes);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Its reader releases it when it is disconnected. */
    private void replaceWithDisconnectableReader(Spool spool, int seed) throws Exception {
        Snapshot snapshot = copy(spool, seed);
        assertThat(snapshot.acquire()).isTrue();
        Snapshot.Reader _ = snapshot.register(() -> {
            disconnected.incrementAndGet();
            snapshot.release();
        });
        held.add(snapshot);
        spool.retire(snapshot);
    }

    private Spool spool(long limit, Duration patience) {
        return new Spool(folder.resolve("spool"), limit, patience);
    }

    private Snapshot copy(Spool spool, int seed) throws Exception {
        return new SpoolCopies(folder).make(spool, seed);
    }
}
