package io.latestimage.config;

import java.util.List;

/** Settings that cannot be: one line for each mistake. */
public final class InvalidSettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidSettingsException(List<String> mistakes) {
        super(String.join("\n", mistakes));
    }
}
