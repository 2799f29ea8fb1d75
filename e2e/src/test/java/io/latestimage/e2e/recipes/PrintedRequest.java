package io.latestimage.e2e.recipes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.latestimage.e2e.recipes.RecipePart.Block;
import java.io.ByteArrayOutputStream;

/**
 * An HTTP request as a page prints it.
 *
 * @param bytes what the test sends
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PrintedRequest(String method, byte[] bytes) {
    /**
     * Parses a block.
     *
     * @throws IllegalArgumentException if a reader could not send it as it is printed
     */
    static PrintedRequest parse(Block block) {
        PrintedMessage message = PrintedMessage.of(block);
        String head = String.join("\r\n", message.head()) + "\r\n\r\n";
        if (!head.matches("\\p{ASCII}+")) {
            throw new IllegalArgumentException(block.where() + ": the head has a character that is not ASCII");
        }
        byte[] body = message.bodyBytes();
        String length = message.headers().getOrDefault("Content-Length", "0");
        if (!message.headers().containsKey("Transfer-Encoding") && !length.equals(String.valueOf(body.length))) {
            throw new IllegalArgumentException(block.where() + ": the length is " + body.length + ", not " + length);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.getBytes(US_ASCII));
        bytes.writeBytes(body);
        return new PrintedRequest(message.startLine().split(" ", 2)[0], bytes.toByteArray());
    }
}
