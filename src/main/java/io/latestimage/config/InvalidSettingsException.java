package io.latestimage.config;

import java.util.List;

/** One or more settings are invalid. The message has one line for each of them: name, expected value, actual value. */
public final class InvalidSettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidSettingsException(List<String> errors) {
        super(String.join("\n", errors));
    }
}
