package io.latestimage.e2e.recipes;

import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.recipes.RecipePart.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An HTTP response as a page prints it. It says what must be there: a status, some headers and maybe a body. A reason
 * phrase has no meaning (RFC 9112, section 4), so it is not compared.
 */
record PrintedResponse(PrintedMessage message) {
    private static final int MOST_SHOWN = 500;

    static PrintedResponse parse(Block block) {
        PrintedMessage message = PrintedMessage.of(block);
        if (!message.startLine().matches("HTTP/1\\.1 \\d{3} .+")) {
            throw new IllegalArgumentException(block.where() + ": expected a status, got " + message.startLine());
        }
        return new PrintedResponse(message);
    }

    /** What is different in an answer, as one sentence for each difference. */
    List<String> differences(Reply reply) {
        List<String> differences = new ArrayList<>();
        String status = message.startLine().split(" ", 3)[1];
        if (!status.equals(String.valueOf(reply.status()))) {
            differences.add("The status is %d instead of %s: %s".formatted(reply.status(), status, shown(reply)));
        }
        message.headers().forEach((name, expected) -> {
            if (!reply.headers().containsKey(name)) {
                differences.add("The header %s is missing in %s".formatted(name, reply.headers()));
            } else if (!PrintedText.matches(expected, reply.header(name))) {
                differences.add("%s is %s instead of %s".formatted(name, reply.header(name), expected));
            }
        });
        if (!message.body().isEmpty() && !hasBody(reply)) {
            differences.add("The body is another one: " + shown(reply));
        }
        return differences;
    }

    private boolean hasBody(Reply reply) {
        return Arrays.equals(message.bodyBytes(), reply.body())
                || PrintedText.matches(String.join("\n", message.body()), reply.text());
    }

    private static String shown(Reply reply) {
        String text = reply.text();
        return "%d bytes, %s".formatted(reply.body().length, text.substring(0, Math.min(MOST_SHOWN, text.length())));
    }
}
