package io.latestimage.e2e.system;

import static io.latestimage.e2e.system.FuzzValues.pick;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/** A change of one part of a request. Most make it malformed, and some only unusual. */
@SuppressWarnings("ImmutableEnumChecker") // the changes have no state
enum DraftMutation {
    METHOD((draft, random) -> draft.method = pick(FuzzValues.METHODS, random)),
    TARGET((draft, random) -> draft.target = pick(FuzzValues.TARGETS, random)),
    LONG_TARGET((draft, random) -> draft.target += "?" + "a".repeat(random.nextInt(20_000))),
    VERSION((draft, random) -> draft.version = pick(FuzzValues.VERSIONS, random)),
    NO_HOST((draft, random) -> draft.remove("Host")),
    LINE((draft, random) -> draft.headers.add(position(draft, random), pick(FuzzValues.LINES, random))),
    MANY_LINES((draft, random) -> {
        for (int i = random.nextInt(2_000); i > 0; i--) {
            draft.with("X-" + i, "v");
        }
    }),
    DUPLICATE_LINE((draft, random) -> {
        if (!draft.headers.isEmpty()) {
            draft.headers.add(pick(draft.headers, random));
        }
    }),
    DROP_LINE((draft, random) -> {
        if (!draft.headers.isEmpty()) {
            draft.headers.remove(random.nextInt(draft.headers.size()));
        }
    }),
    CASE((draft, random) -> draft.headers.replaceAll(line -> random.nextBoolean() ? swapCase(line) : line)),
    LENGTH((draft, random) -> draft.replace("Content-Length", pick(FuzzValues.LENGTHS, random))),
    NEARLY_RIGHT_LENGTH((draft, random) ->
            draft.replace("Content-Length", String.valueOf(Math.max(0, draft.body.length - 5 + random.nextInt(11))))),
    SECOND_LENGTH((draft, random) -> draft.with("Content-Length", pick(FuzzValues.LENGTHS, random))),
    NO_LENGTH((draft, random) -> draft.remove("Content-Length")),
    ENCODING((draft, random) -> draft.replace("Transfer-Encoding", pick(FuzzValues.TRANSFER_ENCODINGS, random))),
    CHUNK_EXTENSIONS(
            (draft, random) -> replaceInBody(draft, "\r\n", ";a=\"b\";c" + "d".repeat(random.nextInt(900)) + "\r\n")),
    CHUNK_LINE_FEEDS((draft, random) -> replaceInBody(draft, "\r\n", "\n")),
    TRAILERS((draft, random) -> replaceInBody(
            draft,
            "0\r\n\r\n",
            "0\r\nX-Trailer: a\r\nContent-Length: 5\r\n" + pick(FuzzValues.LINES, random) + "\r\n\r\n")),
    NO_LAST_CHUNK((draft, random) -> replaceInBody(draft, "0\r\n\r\n", "")),
    CHUNK_SIZES((draft, random) -> replaceInBody(draft, "\r\n", pick(FuzzValues.TOKENS, random))),
    CUT_BODY((draft, random) ->
            draft.body = Arrays.copyOf(draft.body, draft.body.length == 0 ? 0 : random.nextInt(draft.body.length))),
    MORE_BODY((draft, random) -> draft.body = Arrays.copyOf(draft.body, draft.body.length + 1 + random.nextInt(100))),
    CONTENT_TYPE((draft, random) -> draft.replace("Content-Type", "image/png" + pick(FuzzValues.TOKENS, random))),
    EXPECTATION((draft, random) -> draft.replace("Expect", pick(FuzzValues.EXPECTATIONS, random))),
    RANGE((draft, random) -> draft.with("Range", pick(FuzzValues.RANGES, random))),
    TAG((draft, random) -> draft.with(pick(FuzzValues.TAG_HEADERS, random), pick(FuzzValues.TAGS, random))),
    DATE((draft, random) -> draft.with(pick(FuzzValues.DATE_HEADERS, random), pick(FuzzValues.DATES, random))),
    PREFERENCE((draft, random) -> draft.with("Prefer", pick(FuzzValues.PREFERENCES, random))),
    AUTHORIZATION((draft, random) -> draft.replace("Authorization", pick(FuzzValues.AUTHORIZATIONS, random))),
    ORIGIN((draft, random) -> draft.with("Origin", pick(FuzzValues.ORIGINS, random))),
    SITE((draft, random) -> draft.with("Sec-Fetch-Site", pick(FuzzValues.SITES, random)));

    private final BiConsumer<RequestDraft, SplittableRandom> change;

    DraftMutation(BiConsumer<RequestDraft, SplittableRandom> change) {
        this.change = change;
    }

    /** Changes the request. */
    void apply(RequestDraft draft, SplittableRandom random) {
        change.accept(draft, random);
    }

    private static int position(RequestDraft draft, SplittableRandom random) {
        return random.nextInt(draft.headers.size() + 1);
    }

    private static String swapCase(String line) {
        StringBuilder swapped = new StringBuilder();
        line.chars()
                .map(c -> Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c))
                .forEach(c -> swapped.append((char) c));
        return swapped.toString();
    }

    /** Replaces the first occurrence. In a chunked body, a line break first ends a chunk size. */
    private static void replaceInBody(RequestDraft draft, String text, String other) {
        String body = new String(draft.body, ISO_8859_1);
        int at = body.indexOf(text);
        if (at >= 0) {
            draft.body = (body.substring(0, at) + other + body.substring(at + text.length())).getBytes(ISO_8859_1);
        }
    }
}
