package io.latestimage.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VolumeFileTest {
    /** Records the writes. Like a system call, each takes only a part of what it gets: at most 6 bytes. */
    private static final class Recorder implements OpenFile {
        private static final int MOST = 6;

        private final List<String> calls = new ArrayList<>();
        private final ByteBuffer content = ByteBuffer.allocate(100);

        @Override
        public int write(ByteBuffer buffer, long position) {
            byte[] taken = new byte[Math.min(MOST, buffer.remaining())];
            buffer.get(taken);
            content.put((int) position, taken);
            content.limit(Math.max(content.limit(), (int) position + taken.length));
            calls.add("%s at %d".formatted(new String(taken, US_ASCII), position));
            return taken.length;
        }

        @Override
        public int read(ByteBuffer buffer, long position) {
            int count = Math.min(buffer.remaining(), MOST);
            buffer.put(content.slice((int) position, count));
            return count;
        }

        @Override
        public void force() {
            calls.add("force");
        }

        @Override
        public long size() {
            return content.limit();
        }

        @Override
        public boolean tryLock() {
            return true;
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    private final Recorder file = new Recorder();
    private final ScriptedClock clock = new ScriptedClock();

    private VolumeFile open(ByteBuffer unwritten) {
        return new VolumeFile("image", file, unwritten, clock);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }

    @Test
    void writesAtOnceIfTheSystemCollects() throws Exception {
        try (VolumeFile written = new VolumeFile("image", file, null, clock)) {
            written.write(bytes("ab"));
            written.write(bytes("cdefghij"));
            written.force();
        }
        assertThat(file.calls).containsExactly("ab at 0", "cdefgh at 2", "ij at 8", "force", "close");
        assertThat(clock.operations())
                .containsExactly("WRITE image", "WRITE image", "WRITE image", "FORCE image", "CLOSE image");
    }

    @Test
    void collectsWhatIsAppended() throws Exception {
        try (VolumeFile written = open(ByteBuffer.allocate(4))) {
            written.write(bytes("a"));
            written.write(bytes("bc"));
            assertThat(file.calls).isEmpty();
            ByteBuffer rest = bytes("defghij");
            written.write(rest);
            assertThat(rest.hasRemaining()).isFalse();
            assertThat(file.calls).containsExactly("abcd at 0", "efgh at 4");
            written.force();
            assertThat(file.calls).containsExactly("abcd at 0", "efgh at 4", "ij at 8", "force");
            written.write(bytes("k"));
            written.force();
            assertThat(file.calls).endsWith("k at 10", "force");
        }
    }

    @Test
    void losesWhatIsNotForcedWhenItIsClosed() throws Exception {
        open(ByteBuffer.allocate(4)).close();
        VolumeFile written = open(ByteBuffer.allocate(4));
        written.write(bytes("abcdef"));
        written.close();
        assertThat(file.calls).containsExactly("close", "abcd at 0", "close");
    }

    @Test
    void readsOnWhereItStopped() throws Exception {
        file.write(bytes("abcdef"), 0);
        file.write(bytes("ghij"), 6);
        try (VolumeFile read = new VolumeFile("image", file, null, clock)) {
            assertThat(text(read, 4)).isEqualTo("abcd");
            assertThat(text(read, 4)).isEqualTo("efgh");
            ByteBuffer first = ByteBuffer.allocate(2);
            int _ = read.read(first, 1);
            assertThat(new String(first.array(), US_ASCII)).isEqualTo("bc");
            assertThat(text(read, 2)).isEqualTo("ij");
        }
    }

    private static String text(VolumeFile file, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        assertThat(file.read(buffer)).isEqualTo(length);
        return new String(buffer.array(), US_ASCII);
    }
}
