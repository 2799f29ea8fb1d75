package io.latestimage.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings, parsed and checked. {@link Setting} has the name, the default and the meaning of each.
 *
 * @param port TCP port to listen on; 0 picks a free port
 * @param imageDir folder on the shared volume
 * @param spoolDir local folder for private copies of the image
 * @param spoolSize most space for copies of replaced images
 * @param maxImageSize largest image that the service accepts
 * @param maxConcurrentUploads most uploads at the same time
 * @param maxConnections most connections at the same time
 * @param uploadTokenFile file with the tokens that uploads must send; null if anyone may upload
 * @param readTokenFile file with the tokens that readers must send; null if anyone may read
 * @param corsOrigins origins whose pages may read and write, in lower case; {@code *} if those of all others may read
 * @param maxAge age above which the image is too old; null if it never is
 * @param storageTimeout deadline of one operation on the volume
 * @param uploadTimeout longest time from the arrival of an upload request to the last byte of its body
 * @param minDataRate lowest average rate of an upload, per second
 * @param drainTime time after SIGTERM in which the replica still answers all requests
 * @param logLevel lowest level that is logged
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
        @Nullable Path readTokenFile,
        Set<String> corsOrigins,
        @Nullable Duration maxAge,
        Duration storageTimeout,
        Duration uploadTimeout,
        DataSize minDataRate,
        Duration drainTime,
        LogLevel logLevel) {

    /** The levels of the log, from the lowest to the highest. A level includes the levels after it. */
    public enum LogLevel {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /**
     * Reads the settings from the environment.
     *
     * @param environment variables by name; variables that are no settings are ignored
     * @throws InvalidSettingsException if one or more settings are invalid; it names all of them
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
                reader.isSet(Setting.READ_TOKEN_FILE) ? reader.readableFile(Setting.READ_TOKEN_FILE) : null,
                reader.isSet(Setting.CORS_ORIGINS) ? reader.origins(Setting.CORS_ORIGINS) : Set.of(),
                reader.optionalDuration(Setting.MAX_AGE, Duration.ofSeconds(1), Duration.ofHours(10_000)),
                reader.duration(Setting.STORAGE_TIMEOUT, Duration.ofMillis(100), Duration.ofMinutes(1)),
                reader.duration(Setting.UPLOAD_TIMEOUT, Duration.ofSeconds(1), Duration.ofHours(1)),
                reader.size(Setting.MIN_DATA_RATE, 0, Integer.MAX_VALUE),
                reader.duration(Setting.DRAIN_TIME, Duration.ZERO, Duration.ofHours(1)),
                reader.oneOf(Setting.LOG_LEVEL, LogLevel.class));
        reader.throwIfInvalid();
        return config;
    }

    /** The time budgets that follow from the settings. */
    public TimeBudgets timeBudgets() {
        return TimeBudgets.of(storageTimeout, uploadTimeout, drainTime);
    }
}
