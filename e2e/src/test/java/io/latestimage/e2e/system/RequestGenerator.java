package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Generates requests: valid ones, and ones with a few defects. Half of them are changed as requests
 * ({@link DraftMutation}), a quarter as bytes ({@link ByteMutation}). A request depends on the seed, its number and the
 * entity tag of the image at that moment, and on nothing else.
 */
final class RequestGenerator {
    /** In bytes. Larger images are rejected, see {@link #MAX_IMAGE_SIZE}. */
    private static final List<Integer> IMAGE_SIZES =
            List.of(0, 1, 8, 64, 1_000, 1_000, 10_000, 10_000, 70_000, 300_000);

    /** The setting of the service for which the sizes are chosen. */
    static final String MAX_IMAGE_SIZE = "256KiB";

    private static final List<String> SIGNATURES = List.of(
            "\u0089PNG\r\n\u001a\n",
            "\u0089PNG\r\n\u001a\n",
            "\u00ff\u00d8\u00ff\u00e0",
            "GIF89a",
            "BM",
            "RIFF\u0010\0\0\0WEBPVP8 ",
            "\0\0\0\u001cftypavif",
            "<svg>",
            "nonsense");

    private static final int MOST_PIECES = 8;

    private final long seed;
    private final String authorization;
    private final Supplier<String> tag;

    /**
     * Creates a generator.
     *
     * @param authorization the value of the header that most requests carry
     * @param tag the entity tag of the current image, with its quotes
     */
    RequestGenerator(long seed, String authorization, Supplier<String> tag) {
        this.seed = seed;
        this.authorization = authorization;
        this.tag = tag;
    }

    /** Generates the request with this number. */
    FuzzRequest request(long number) {
        SplittableRandom random = new SplittableRandom(seed + number);
        ByteArrayOutputStream requests = new ByteArrayOutputStream();
        do { // a tenth of them are pipelined
            requests.writeBytes(one(random));
        } while (random.nextInt(10) == 0);
        byte[] bytes = requests.toByteArray();
        if (random.nextInt(4) == 0) {
            bytes = FuzzValues.pick(List.of(ByteMutation.values()), random).apply(bytes, random);
        }
        return new FuzzRequest(number, pieces(bytes, random));
    }

    private byte[] one(SplittableRandom random) {
        RequestDraft draft = valid(random);
        for (int i = random.nextInt(6) - 2; i > 0; i--) {
            FuzzValues.pick(List.of(DraftMutation.values()), random).apply(draft, random);
        }
        draft.headers.replaceAll(line -> line.replace(FuzzValues.TAG, tag.get()));
        return draft.bytes();
    }

    private RequestDraft valid(SplittableRandom random) {
        int kind = random.nextInt(20);
        String path = FuzzValues.pick(FuzzValues.IMAGE_TARGETS, random);
        RequestDraft draft = new RequestDraft("GET", path);
        if (kind < 5) {
            draft.method = "POST";
            draft.target = "/upload";
            byte[] image = image(random);
            FuzzForm form = random.nextInt(4) == 0 ? FuzzForm.broken(image, random) : FuzzForm.valid(image, random);
            addBody(draft.with("Content-Type", form.contentType()), form.body(), random);
        } else if (kind < 10) {
            draft.method = "PUT";
            addBody(draft, image(random), random);
        } else if (kind < 12) {
            draft.method = "DELETE";
        } else if (kind < 14) {
            draft.method = "HEAD";
        } else if (kind < 15) {
            draft.method = FuzzValues.pick(FuzzValues.METHODS, random);
            draft.target = FuzzValues.pick(FuzzValues.TARGETS, random);
        } else if (kind < 17) {
            draft.with("If-None-Match", FuzzValues.pick(FuzzValues.TAGS, random))
                    .with("Prefer", FuzzValues.pick(FuzzValues.PREFERENCES, random));
        } else if (kind < 18) {
            draft.with("Range", FuzzValues.pick(FuzzValues.RANGES, random));
        }
        draft.with("Authorization", authorization);
        if (random.nextInt(4) == 0) {
            draft.with(FuzzValues.pick(FuzzValues.TAG_HEADERS, random), FuzzValues.pick(FuzzValues.TAGS, random));
        }
        return draft;
    }

    private static void addBody(RequestDraft draft, byte[] body, SplittableRandom random) {
        if (random.nextInt(8) == 0) {
            draft.with("Expect", "100-continue");
        }
        if (random.nextInt(3) == 0) {
            draft.withChunks(body, random);
        } else {
            draft.withBody(body);
        }
    }

    private static byte[] image(SplittableRandom random) {
        byte[] image = new byte[FuzzValues.pick(IMAGE_SIZES, random)];
        random.nextBytes(image);
        byte[] signature = FuzzValues.pick(SIGNATURES, random).getBytes(ISO_8859_1);
        System.arraycopy(signature, 0, image, 0, Math.min(signature.length, image.length));
        return image;
    }

    /** Cuts the bytes in a few places, so that parsers get them in more than one read. */
    private static List<byte[]> pieces(byte[] bytes, SplittableRandom random) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        for (int left = random.nextInt(MOST_PIECES); left > 0 && from < bytes.length; left--) {
            // Most cuts are near the beginning: the head is there, and most of what is parsed.
            int length = 1 + random.nextInt(random.nextBoolean() ? Math.min(200, bytes.length) : bytes.length);
            int to = Math.min(bytes.length, from + length);
            pieces.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        if (from < bytes.length) {
            pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
        }
        return pieces;
    }
}
