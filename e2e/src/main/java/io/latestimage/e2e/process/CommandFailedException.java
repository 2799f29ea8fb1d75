package io.latestimage.e2e.process;

import java.io.IOException;

/** A program failed or did not end in time. The message has the command, its exit status and its last lines. */
public final class CommandFailedException extends IOException {
    private static final long serialVersionUID = 1;

    CommandFailedException(String message) {
        super(message);
    }
}
