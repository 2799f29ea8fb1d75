package io.latestimage.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A file on NFS that is read and written without the cache of the system (O_DIRECT). A
 * {@link java.nio.channels.FileChannel} would require that every position and length is a multiple of the block size,
 * which is up to 1 MiB on NFS. NFS does not require that, and an {@link AsynchronousFileChannel} does not check it.
 *
 * @param channel opened with {@link DirectIo#option} and {@link #SAME_THREAD}
 */
record UnalignedDirectFile(AsynchronousFileChannel channel) implements OpenFile {
    /** Performs each operation of a channel on the thread that asks for it. */
    static final ExecutorService SAME_THREAD = new AbstractExecutorService() {
        @Override
        public void execute(Runnable operation) {
            operation.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    };

    @Override
    public int read(ByteBuffer buffer, long position) throws IOException {
        return completed(channel.read(buffer, position));
    }

    @Override
    public int write(ByteBuffer buffer, long position) throws IOException {
        return completed(channel.write(buffer, position));
    }

    /** The result of an operation, which {@link #SAME_THREAD} has performed before this is called. */
    private static int completed(Future<Integer> operation) throws IOException {
        if (operation.state() == Future.State.SUCCESS) {
            return operation.resultNow();
        }
        Throwable failure = operation.exceptionNow();
        throw failure instanceof IOException known ? known : new IOException(failure);
    }

    @Override
    public void force() throws IOException {
        channel.force(true);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public boolean tryLock() throws IOException {
        return channel.tryLock() != null;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
