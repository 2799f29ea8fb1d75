package io.latestimage.config;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.latestimage.config.ServerConfig.LogLevel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigTest {
    private static final DataSize MIB = new DataSize(1024 * 1024);

    @TempDir
    private Path folder;

    /** Charts, scripts and users rely on each of them. */
    @Test
    void keepsItsKeysAndDefaults() {
        assertThat(Arrays.stream(Setting.values()).collect(toMap(Setting::name, Setting::defaultValue)))
                .isEqualTo(Map.ofEntries(
                        Map.entry("APP_PORT", "8080"),
                        Map.entry("IMAGE_DIR", "./data"),
                        Map.entry("SPOOL_DIR", ""),
                        Map.entry("SPOOL_SIZE", "1GiB"),
                        Map.entry("MAX_IMAGE_SIZE", "20MiB"),
                        Map.entry("MAX_CONCURRENT_UPLOADS", "16"),
                        Map.entry("MAX_CONNECTIONS", "4096"),
                        Map.entry("UPLOAD_TOKEN_FILE", ""),
                        Map.entry("READ_TOKEN_FILE", ""),
                        Map.entry("CORS_ORIGINS", ""),
                        Map.entry("MAX_AGE", ""),
                        Map.entry("STORAGE_TIMEOUT", "2s"),
                        Map.entry("UPLOAD_TIMEOUT", "1m"),
                        Map.entry("MIN_DATA_RATE", "1KiB"),
                        Map.entry("DRAIN_TIME", "10s"),
                        Map.entry("LOG_LEVEL", "INFO")));
    }

    @Test
    void usesTheDefaults() throws Exception {
        assertThat(ServerConfig.parse(Map.of()))
                .isEqualTo(new ServerConfig(
                        8080,
                        Path.of("./data"),
                        Path.of(System.getProperty("java.io.tmpdir", "")),
                        new DataSize(1L << 30),
                        new DataSize(20 * MIB.bytes()),
                        16,
                        4096,
                        null,
                        null,
                        Set.of(),
                        null,
                        Duration.ofSeconds(2),
                        Duration.ofMinutes(1),
                        new DataSize(1024),
                        Duration.ofSeconds(10),
                        LogLevel.INFO));
    }

    @Test
    void usesTheValuesThatAreSet() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "secret");
        Path readToken = Files.writeString(folder.resolve("read-token"), "other");
        Map<String, String> environment = Map.ofEntries(
                Map.entry("APP_PORT", "0"),
                Map.entry("IMAGE_DIR", "/images"),
                Map.entry("SPOOL_DIR", "/spool"),
                Map.entry("SPOOL_SIZE", "0B"),
                Map.entry("MAX_IMAGE_SIZE", "1MiB"),
                Map.entry("MAX_CONCURRENT_UPLOADS", "1"),
                Map.entry("MAX_CONNECTIONS", "1000000"),
                Map.entry("UPLOAD_TOKEN_FILE", token.toString()),
                Map.entry("READ_TOKEN_FILE", readToken.toString()),
                Map.entry("CORS_ORIGINS", "https://page.example"),
                Map.entry("MAX_AGE", "10m"),
                Map.entry("STORAGE_TIMEOUT", "100ms"),
                Map.entry("UPLOAD_TIMEOUT", "1h"),
                Map.entry("MIN_DATA_RATE", "0B"),
                Map.entry("DRAIN_TIME", "0s"),
                Map.entry("LOG_LEVEL", "DEBUG"));
        assertThat(environment.keySet())
                .as("all settings")
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Setting.values()).map(Setting::name).toList());
        assertThat(ServerConfig.parse(environment))
                .isEqualTo(new ServerConfig(
                        0,
                        Path.of("/images"),
                        Path.of("/spool"),
                        new DataSize(0),
                        MIB,
                        1,
                        1_000_000,
                        token,
                        readToken,
                        Set.of("https://page.example"),
                        Duration.ofMinutes(10),
                        Duration.ofMillis(100),
                        Duration.ofHours(1),
                        new DataSize(0),
                        Duration.ZERO,
                        LogLevel.DEBUG));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "APP_PORT               | port from 0 to 65535                       | 65536",
                "APP_PORT               | port from 0 to 65535                       | -1",
                "APP_PORT               | port from 0 to 65535                       | http",
                "APP_PORT               | port from 0 to 65535                       | ''",
                "IMAGE_DIR              | path of a folder                           | ''",
                "SPOOL_DIR              | path of a folder                           | ' '",
                "SPOOL_SIZE             | size such as 1GiB                          | 1",
                "MAX_IMAGE_SIZE         | size from 1B to 2GiB such as 20MiB         | 0B",
                "MAX_IMAGE_SIZE         | size from 1B to 2GiB such as 20MiB         | 3GiB",
                "MAX_IMAGE_SIZE         | size from 1B to 2GiB such as 20MiB         | 20M",
                "MAX_IMAGE_SIZE         | size from 1B to 2GiB such as 20MiB         | -1MiB",
                "MAX_CONCURRENT_UPLOADS | number from 1 to 1000                      | 0",
                "MAX_CONCURRENT_UPLOADS | number from 1 to 1000                      | 1001",
                "UPLOAD_TOKEN_FILE      | path of a readable file that is not empty  | /nowhere",
                "UPLOAD_TOKEN_FILE      | path of a readable file that is not empty  | /",
                "READ_TOKEN_FILE        | path of a readable file that is not empty  | /nowhere",
                "READ_TOKEN_FILE        | path of a readable file that is not empty  | ''",
                "MAX_AGE                | duration from 1s to 10000h such as 10m     | ''",
                "MAX_AGE                | duration from 1s to 10000h such as 10m     | 0s",
                "MAX_AGE                | duration from 1s to 10000h such as 10m     | 999ms",
                "MAX_AGE                | duration from 1s to 10000h such as 10m     | 10001h",
                "MAX_AGE                | duration from 1s to 10000h such as 10m     | 1d",
                "STORAGE_TIMEOUT        | duration from 100ms to 1m such as 2s       | 99ms",
                "STORAGE_TIMEOUT        | duration from 100ms to 1m such as 2s       | 61s",
                "STORAGE_TIMEOUT        | duration from 100ms to 1m such as 2s       | 2",
                "UPLOAD_TIMEOUT         | duration from 1s to 1h such as 1m          | 1d",
                "UPLOAD_TIMEOUT         | duration from 1s to 1h such as 1m          | 999ms",
                "MIN_DATA_RATE          | size such as 1KiB                          | fast",
                "DRAIN_TIME             | duration up to 1h such as 10s              | -1s",
                "LOG_LEVEL              | one of DEBUG, INFO, WARN, ERROR            | TRACE",
                "LOG_LEVEL              | one of DEBUG, INFO, WARN, ERROR            | info",
            })
    void reportsWhatAValidValueLooksLike(String key, String expected, String value) {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> ServerConfig.parse(Map.of(key, value)))
                .withMessage("%s: expected %s, got \"%s\"", key, expected, value);
    }

    /** A browser sends an origin in lower case, without a default port and without a slash at the end. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://page.example                       | https://page.example",
                "HTTPS://Page.Example                       | https://page.example",
                "http://page.example:80                     | http://page.example",
                "https://page.example:443                   | https://page.example",
                "http://page.example:443                    | http://page.example:443",
                "http://[::1]:80                            | http://[::1]",
                "http://localhost:8080                      | http://localhost:8080",
                "app://dashboard                            | app://dashboard",
                "*                                          | *",
                "http://a.example , https://b.example       | http://a.example,https://b.example",
                "*,https://a.example,https://a.example:443  | *,https://a.example",
            })
    void readsOrigins(String text, String origins) throws Exception {
        assertThat(ServerConfig.parse(Map.of("CORS_ORIGINS", text)).corsOrigins())
                .containsExactlyInAnyOrder(origins.split(",", -1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "page.example",
                "https://page.example/",
                "https://page.example/board",
                "https://user@page.example",
                "https://*.page.example",
                "https://",
                "https://page.example:",
                "https://page.example,",
                "https://page.example https://other.example",
                "null",
                "**",
            })
    void rejectsAnythingElseAsOrigins(String text) {
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> ServerConfig.parse(Map.of("CORS_ORIGINS", text)))
                .withMessage("CORS_ORIGINS: expected %s, got \"%s\"", Setting.CORS_ORIGINS.expected(), text);
    }

    @Test
    void reportsAllInvalidSettingsTogether() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), " \n");
        Map<String, String> environment = new HashMap<>();
        for (Setting setting : Setting.values()) {
            environment.put(setting.name(), "");
        }
        environment.put("UPLOAD_TOKEN_FILE", empty.toString());
        assertThatExceptionOfType(InvalidSettingsException.class)
                .isThrownBy(() -> ServerConfig.parse(environment))
                .satisfies(e -> assertThat(
                                String.valueOf(e.getMessage()).lines().map(line -> line.split(":", 2)[0]))
                        .containsExactlyElementsOf(Arrays.stream(Setting.values())
                                .map(Setting::name)
                                .toList()));
    }

    /** Kubernetes sets such a variable for every Service, and a Service may have the name "app" or "log-level". */
    @ParameterizedTest
    @ValueSource(strings = {"tcp://10.0.0.1:80", "udp://10.0.0.1:53", "sctp://10.0.0.1:80"})
    void ignoresTheVariablesOfKubernetesServices(String link) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of(
                "APP_PORT_80_TCP", link, "APP_SERVICE_HOST", "10.0.0.1", "APP_SERVICE_PORT", "80", "IMAGE_PORT", link));
        environment.put("APP_PORT", link);
        assertThat(ServerConfig.parse(environment)).isEqualTo(ServerConfig.parse(Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "0B, 0",
        "7B, 7",
        "7 B, 7",
        "1KiB, 1024",
        "1kB, 1000",
        "20MiB, 20971520",
        "20MB, 20000000",
        "2GiB, 2147483648",
        "2GB, 2000000000",
        "999999999999B, 999999999999",
        "' 1MiB ', 1048576",
    })
    void readsSizes(String text, long bytes) {
        assertThat(DataSize.parse(text)).isEqualTo(new DataSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "B", "1", "1K", "1M", "1TiB", "-1B", "1.5MiB", "1 MiB/s", "9999999999999B", "0x1B"})
    void rejectsAnythingElseAsASize(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> DataSize.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"1000ms, 1000", "1 s, 1000", "2m, 120000", "1h, 3600000", "' 90s ', 90000"})
    void readsDurations(String text, long millis) throws Exception {
        assertThat(ServerConfig.parse(Map.of("UPLOAD_TIMEOUT", text)).uploadTimeout())
                .isEqualTo(Duration.ofMillis(millis));
    }
}
