package io.latestimage.config;

/** The settings. Each is an environment variable of the same name; it has a default unless it is optional. */
public enum Setting {
    APP_PORT("8080", "port from 0 to 65535", "TCP port to listen on; 0 picks a free port"),
    IMAGE_DIR("./data", "path of a folder", "folder on the shared volume, for the image"),
    SPOOL_DIR(
            "",
            "path of a folder",
            "local folder for private copies of the image; if not set, the temporary folder of the system"),
    SPOOL_SIZE(
            "1GiB",
            "size such as 1GiB",
            "most space for copies of replaced images that slow clients are still reading"),
    MAX_IMAGE_SIZE("20MiB", "size from 1B to 2GiB such as 20MiB", "largest image that the service accepts"),
    MAX_CONCURRENT_UPLOADS("16", "number from 1 to 1000", "most uploads at the same time; further uploads wait"),
    MAX_CONNECTIONS(
            "4096", "number from 1 to 1000000", "most connections at the same time; further connections get 503"),
    UPLOAD_TOKEN_FILE(
            "",
            "path of a readable file that is not empty",
            "file with the tokens that uploads must send, one per line; if not set, anyone may upload"),
    READ_TOKEN_FILE(
            "",
            "path of a readable file that is not empty",
            "file with the tokens that readers must send, one per line; if not set, anyone may read"),
    CORS_ORIGINS(
            "",
            "origins such as https://page.example, separated by commas, or *",
            "other websites whose scripts may read the image; * is all; only named ones may also write"),
    MAX_AGE(
            "",
            "duration from 1s to 10000h such as 10m",
            "age above which GET /healthz/fresh answers 503; if not set, no image is too old"),
    STORAGE_TIMEOUT("2s", "duration from 100ms to 1m such as 2s", "deadline of each operation on the volume"),
    UPLOAD_TIMEOUT(
            "1m",
            "duration from 1s to 1h such as 1m",
            "longest time for an upload, and for transfers that are in flight when the drain ends"),
    MIN_DATA_RATE(
            "1KiB",
            "size such as 1KiB",
            "lowest average rate of an upload, per second; it applies after the first 5 seconds"),
    DRAIN_TIME(
            "10s",
            "duration up to 1h such as 10s",
            "time after SIGTERM in which the service is not ready but still answers all requests"),
    LOG_LEVEL("INFO", "one of DEBUG, INFO, WARN, ERROR", "lowest level that is logged, to standard error");

    private final String defaultValue;
    private final String expected;
    private final String meaning;

    Setting(String defaultValue, String expected, String meaning) {
        this.defaultValue = defaultValue;
        this.expected = expected;
        this.meaning = meaning;
    }

    /** The value that applies if the variable is not set; empty if there is none. */
    public String defaultValue() {
        return defaultValue;
    }

    /** What a valid value looks like, with its range and an example; for error messages and {@code --help}. */
    public String expected() {
        return expected;
    }

    /** What the setting is for, in one line; for {@code --help}. */
    public String meaning() {
        return meaning;
    }
}
