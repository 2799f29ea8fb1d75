package io.latestimage.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of tokens, one per line. When a request needs them and they are older than {@link #INTERVAL}, the file is read
 * again, so that tokens can be replaced without a restart. White space around a token and empty lines are ignored.
 *
 * <p>The content is compared, and not the date, the size and the inode: these stay the same if a file is rewritten in
 * place within one tick of the kernel's clock. A symbolic link is followed each time, because Kubernetes replaces a
 * link when it updates a mounted Secret.
 */
final class TokenFile {
    /** The longest time for which a token is still accepted after it has been removed from the file. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    /** In bytes. A larger file is no file of tokens, and comparing so many of them would take too long. */
    static final int MAX_SIZE = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);

    private final Path file;
    private final LongSupplier nanoTime;
    private volatile State state;

    /**
     * What the file had when it was read.
     *
     * @param hashes the SHA-256 of each token; none if the file cannot be used
     */
    private record State(long readAt, List<byte[]> hashes) {
        boolean isUsable() {
            return !hashes.isEmpty();
        }
    }

    /**
     * Reads the file for the first time. If it cannot be used, this is logged.
     *
     * @param nanoTime the clock; {@link System#nanoTime} except in tests
     */
    TokenFile(Path file, LongSupplier nanoTime) {
        this.file = file;
        this.nanoTime = nanoTime;
        this.state = read(true);
    }

    /**
     * Checks that the file can be read and has a token.
     *
     * @throws ProblemException if not. Then nobody is admitted, whatever the file had before.
     */
    void requireUsable() throws ProblemException {
        State _ = usable();
    }

    /**
     * Whether the file has this token. The time that this takes does not depend on how much of a token is right.
     *
     * @throws ProblemException if the file cannot be used
     */
    boolean contains(byte[] token) throws ProblemException {
        byte[] hash = sha256(token);
        boolean found = false;
        for (byte[] known : usable().hashes()) {
            found |= MessageDigest.isEqual(known, hash); // of all tokens, whether or not one has matched
        }
        return found;
    }

    private State usable() throws ProblemException {
        State known = current();
        if (!known.isUsable()) {
            throw new ProblemException(Problem.TOKENS_UNAVAILABLE);
        }
        return known;
    }

    private State current() {
        State known = state;
        return isRecent(known) ? known : readAgain();
    }

    private boolean isRecent(State known) {
        return nanoTime.getAsLong() - known.readAt() < INTERVAL.toNanos();
    }

    /** All requests wait for the one that reads, so that none of them uses tokens that are older than the interval. */
    private synchronized State readAgain() {
        State known = state;
        if (!isRecent(known)) {
            known = read(known.isUsable());
            state = known;
        }
        return known;
    }

    /** Logs a change between usable and not, so that a file that stays missing is logged once. */
    private State read(boolean wasUsable) {
        long now = nanoTime.getAsLong();
        try {
            State read = new State(now, hashes());
            if (!wasUsable) {
                LOG.info("The token file {} can be used again", file);
            }
            return read;
        } catch (IOException e) {
            if (wasUsable) {
                // With its class: the message of a NoSuchFileException is only the name of the file.
                LOG.error("The token file {} cannot be used, so requests that need it get 503: {}", file, e.toString());
            }
            return new State(now, List.of());
        }
    }

    private List<byte[]> hashes() throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_SIZE + 1);
        }
        if (content.length > MAX_SIZE) {
            throw new IOException("it has more than %d bytes".formatted(MAX_SIZE));
        }
        List<byte[]> hashes = new String(content, UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(line -> sha256(line.getBytes(UTF_8)))
                .toList();
        if (hashes.isEmpty()) {
            throw new IOException("it has no token: write one to it");
        }
        return hashes;
    }

    /** Hashes have the same length, so that comparing them does not disclose the length of a token. */
    private static byte[] sha256(byte[] token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
