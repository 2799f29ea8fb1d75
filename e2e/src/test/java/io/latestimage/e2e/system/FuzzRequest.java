package io.latestimage.e2e.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * A request of the fuzz, as bytes. It may be malformed.
 *
 * @param number identifies the request, together with the seed of its generator
 * @param pieces the bytes, as the client sends them: each piece in a packet of its own
 */
record FuzzRequest(long number, List<byte[]> pieces) {
    private static final int MOST_SHOWN = 1_500;

    /** All bytes. */
    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        pieces.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    /** The number and the beginning of the request, readable in a log and complete enough to send it by hand. */
    String describe() {
        byte[] bytes = bytes();
        StringBuilder text = new StringBuilder("request %d, %d bytes: ".formatted(number, bytes.length));
        for (char c : new String(bytes, ISO_8859_1).toCharArray()) {
            if (text.length() > MOST_SHOWN) {
                return text.append('…').toString();
            }
            switch (c) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '\\' -> text.append("\\\\");
                default -> text.append(c >= ' ' && c < 0x7f ? String.valueOf(c) : "\\x%02x".formatted((int) c));
            }
        }
        return text.toString();
    }
}
