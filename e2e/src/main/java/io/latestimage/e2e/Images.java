package io.latestimage.e2e;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The images of one run, all distinct. Each is generated from the seed of the run and its own number. So an image can
 * be generated again to compare it with a download, and need not be kept.
 */
public final class Images {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private final long seed;
    private final AtomicLong count = new AtomicLong();
    private final Map<String, Recipe> recipes = new ConcurrentHashMap<>();

    public Images(long seed) {
        this.seed = seed;
    }

    /**
     * An image to upload.
     *
     * @param version its SHA-256, in hexadecimal digits
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Image(String version, byte[] bytes) {}

    private record Recipe(long number, int size) {}

    /**
     * Generates the next image.
     *
     * @param size in bytes
     */
    public Image next(int size) {
        Recipe recipe = new Recipe(count.getAndIncrement(), size);
        byte[] bytes = make(recipe);
        String version = HexFormat.of().formatHex(sha256().digest(bytes));
        recipes.put(version, recipe);
        return new Image(version, bytes);
    }

    /** Generates an earlier image again, byte for byte; empty if none had this SHA-256. */
    public Optional<byte[]> find(String version) {
        return Optional.ofNullable(recipes.get(version)).map(this::make);
    }

    private byte[] make(Recipe recipe) {
        byte[] bytes = new byte[recipe.size()];
        new SplittableRandom(seed + recipe.number() * 0x9E3779B97F4A7C15L).nextBytes(bytes);
        System.arraycopy(SIGNATURE, 0, bytes, 0, SIGNATURE.length);
        return bytes;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
