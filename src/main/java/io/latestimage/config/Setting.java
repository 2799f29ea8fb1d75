package io.latestimage.config;

/** The settings, all of them environment variables, with what is taken where they are not set. */
public enum Setting {
    APP_PORT("8080", "port from 0 to 65535", "where to listen; 0 is any free port"),
    IMAGE_DIR("./data", "path of a folder", "the shared volume"),
    SPOOL_DIR("", "path of a folder", "local folder for private copies, the system's temporary one if not set"),
    SPOOL_SIZE(
            "1GiB",
            "size such as 1GiB",
            "how much copies of replaced images may take, while slow clients still read them"),
    MAX_IMAGE_SIZE("20MiB", "size from 1B to 2GiB such as 20MiB", "the largest image that is taken"),
    MAX_CONCURRENT_UPLOADS("16", "number from 1 to 1000", "how many uploads may be under way at once; others wait"),
    MAX_CONNECTIONS(
            "4096", "number from 1 to 1000000", "how many connections are served at once; more are answered 503"),
    UPLOAD_TOKEN_FILE(
            "",
            "path of a readable file that is not empty",
            "holds the token that uploads must show; if not set, uploads are open to all"),
    STORAGE_TIMEOUT("2s", "duration from 100ms to 1m such as 2s", "deadline of one operation on the volume"),
    UPLOAD_TIMEOUT(
            "1m",
            "duration from 1s to 1h such as 1m",
            "how long an upload may take, and transfers under way after the drain time"),
    MIN_DATA_RATE(
            "1KiB",
            "size such as 1KiB",
            "how much of an upload must come per second on average, after its first 5 seconds"),
    DRAIN_TIME("10s", "duration up to 1h such as 10s", "how long to go on answering, not ready, when told to stop"),
    LOG_LEVEL("INFO", "one of DEBUG, INFO, WARN, ERROR", "what to log, to standard error");

    private final String defaultValue;
    private final String expected;
    private final String meaning;

    Setting(String defaultValue, String expected, String meaning) {
        this.defaultValue = defaultValue;
        this.expected = expected;
        this.meaning = meaning;
    }

    /** What is taken where it is not set; empty where that is nothing. */
    public String defaultValue() {
        return defaultValue;
    }

    /** What a value must be. */
    public String expected() {
        return expected;
    }

    /** What it is for. */
    public String meaning() {
        return meaning;
    }
}
