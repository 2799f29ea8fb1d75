package io.latestimage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.config.Setting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: what it prints, and how it ends. */
class MainTest {
    @TempDir
    private Path folder;

    private record Ended(int status, String out, String err) {}

    @Test
    void printsHelpThatNamesEverySetting() throws Exception {
        Ended ended = run(Map.of(), "--help");
        assertThat(ended.status()).isZero();
        assertThat(ended.err()).isEmpty();
        for (Setting setting : Setting.values()) {
            assertThat(ended.out()).contains(setting.name(), setting.defaultValue(), setting.meaning());
        }
        assertThat(ended.out()).contains("curl -F 'image=@photo.png' localhost:8080/upload");
    }

    @Test
    void printsItsVersion() throws Exception {
        Ended ended = run(Map.of(), "--version");
        assertThat(ended.status()).isZero();
        assertThat(ended.out()).matches("latest-image \\d+\\.\\d+\\.\\d+ \\(commit \\S+, branch \\S+\\)\\n");
    }

    @Test
    void checksAVolume() throws Exception {
        Ended ended = run(Map.of("IMAGE_DIR", "/dev/null/none"), "--check-volume", folder.toString());
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).startsWith("ok  ").endsWith("\n" + folder + " will do.\n");
        assertThat(ended.status()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void endsWith1ForAVolumeThatWillNotDo() throws Exception {
        Ended ended = run(Map.of("IMAGE_DIR", "/dev/null/none"), "--check-volume");
        assertThat(ended.out()).startsWith("problem  ").contains("/dev/null/none will not do");
        assertThat(ended.status()).isEqualTo(1);
    }

    @Test
    void endsWith2ForAFolderThatIsAnOption() throws Exception {
        assertThat(run(Map.of(), "--check-volume", "--help").status()).isEqualTo(2);
        assertThat(run(Map.of(), "--check-volume", "").status()).isEqualTo(2);
        assertThat(run(Map.of("APP_PORT", "http"), "--check-volume").status()).isEqualTo(2);
    }

    @Test
    void endsWith2ForArgumentsItDoesNotKnow() throws Exception {
        Ended ended = run(Map.of(), "--port", "80");
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).isEqualTo("unknown arguments: --port 80; see --help\n");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void endsWith2ForSettingsThatCannotBe() throws Exception {
        Ended ended = run(Map.of("APP_PORT", "http", "MAX_IMAGE_SIZE", "20"));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.err()).isEqualTo("""
                        APP_PORT: expected port from 0 to 65535, got "http"
                        MAX_IMAGE_SIZE: expected size from 1B to 2GiB such as 20MiB, got "20"
                        """);
    }

    @Test
    void endsWith1WhereThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            Ended ended = run(Map.of(
                    "APP_PORT", String.valueOf(taken.getLocalPort()),
                    "IMAGE_DIR", folder.resolve("data").toString(),
                    "LOG_LEVEL", "ERROR"));
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.err()).contains("cannot start: ").contains("in use");
        }
    }

    private static Ended run(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path", ""),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            return new Ended(process.waitFor(), read(process.getInputStream()), read(process.getErrorStream()));
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(java.io.InputStream in) throws IOException {
        return new String(in.readAllBytes(), UTF_8);
    }
}
