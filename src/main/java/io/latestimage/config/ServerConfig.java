package io.latestimage.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings, checked. See {@link Setting} for what each is and what is taken where it is not set.
 *
 * @param port where to listen; 0 is any free port
 * @param imageDir the shared volume
 * @param spoolDir local folder for private copies
 * @param spoolSize how much copies of replaced images may take
 * @param maxImageSize the largest image that is taken
 * @param maxConcurrentUploads how many uploads may be under way at once
 * @param maxConnections how many connections are served at once
 * @param uploadTokenFile holds the token that uploads must show; null if they are open to all
 * @param storageTimeout deadline of one operation on the volume
 * @param uploadTimeout how long an upload may take
 * @param minDataRate how much of an upload must come per second
 * @param drainTime how long to go on answering when told to stop
 * @param logLevel what to log
 */
public record ServerConfig(
        int port,
        Path imageDir,
        Path spoolDir,
        DataSize spoolSize,
        DataSize maxImageSize,
        int maxConcurrentUploads,
        int maxConnections,
        @Nullable Path uploadTokenFile,
        Duration storageTimeout,
        Duration uploadTimeout,
        DataSize minDataRate,
        Duration drainTime,
        LogLevel logLevel) {

    /** What to log: this level and those after it. */
    public enum LogLevel {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /**
     * Reads the settings.
     *
     * @param environment variables by name; others than settings are left alone
     * @throws InvalidSettingsException naming all mistakes at once
     */
    public static ServerConfig parse(Map<String, String> environment) throws InvalidSettingsException {
        SettingReader reader = new SettingReader(environment);
        ServerConfig config = new ServerConfig(
                reader.integer(Setting.APP_PORT, 0, 65_535),
                reader.path(Setting.IMAGE_DIR),
                reader.isSet(Setting.SPOOL_DIR)
                        ? reader.path(Setting.SPOOL_DIR)
                        : Path.of(System.getProperty("java.io.tmpdir", "/tmp")),
                reader.size(Setting.SPOOL_SIZE, 0, Long.MAX_VALUE),
                reader.size(Setting.MAX_IMAGE_SIZE, 1, 2L << 30),
                reader.integer(Setting.MAX_CONCURRENT_UPLOADS, 1, 1000),
                reader.integer(Setting.MAX_CONNECTIONS, 1, 1_000_000),
                reader.isSet(Setting.UPLOAD_TOKEN_FILE) ? reader.readableFile(Setting.UPLOAD_TOKEN_FILE) : null,
                reader.duration(Setting.STORAGE_TIMEOUT, Duration.ofMillis(100), Duration.ofMinutes(1)),
                reader.duration(Setting.UPLOAD_TIMEOUT, Duration.ofSeconds(1), Duration.ofHours(1)),
                reader.size(Setting.MIN_DATA_RATE, 0, Integer.MAX_VALUE),
                reader.duration(Setting.DRAIN_TIME, Duration.ZERO, Duration.ofHours(1)),
                reader.oneOf(Setting.LOG_LEVEL, LogLevel.class));
        reader.throwIfInvalid();
        return config;
    }
}
