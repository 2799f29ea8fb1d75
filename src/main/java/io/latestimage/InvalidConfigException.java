package io.latestimage;

import java.util.List;

/** Settings that cannot be: one line for each mistake. */
final class InvalidConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidConfigException(List<String> mistakes) {
        super(String.join("\n", mistakes));
    }
}
