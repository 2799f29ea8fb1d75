package io.latestimage.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Command.Completed;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The WAR as a program: its output and its exit status. */
class CommandLineTest {
    @TempDir
    private Path folder;

    @Test
    void printsHelp() throws Exception {
        Completed ended = run(Map.of(), "--help");
        assertThat(ended.status()).isZero();
        assertThat(ended.errors()).isEmpty();
        assertThat(ended.output()).contains("Usage: java -jar latest-image.war [--help | --version", "APP_PORT");
    }

    @Test
    void printsItsVersion() throws Exception {
        Completed ended = run(Map.of(), "--version");
        assertThat(ended.status()).isZero();
        assertThat(ended.output()).matches("latest-image \\d+\\.\\d+\\.\\d+ \\(commit \\S+, branch \\S+\\)\\n");
    }

    @Test
    void checksAVolume() throws Exception {
        Completed ended = run(Map.of("IMAGE_DIR", "/dev/null/none"), "--check-volume", folder.toString());
        assertThat(ended.errors()).isEmpty();
        assertThat(ended.output()).startsWith("ok  ").endsWith("\n" + folder + " is suitable.\n");
        assertThat(ended.status()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void exitsWith1IfTheVolumeIsNotSuitable() throws Exception {
        Completed ended = run(Map.of("IMAGE_DIR", "/dev/null/none"), "--check-volume");
        assertThat(ended.output()).startsWith("problem  ").contains("/dev/null/none is not suitable");
        assertThat(ended.status()).isEqualTo(1);
    }

    @Test
    void exitsWith2IfTheFolderIsAnOption() throws Exception {
        assertThat(run(Map.of(), "--check-volume", "--help").status()).isEqualTo(2);
        assertThat(run(Map.of(), "--check-volume", "").status()).isEqualTo(2);
        assertThat(run(Map.of("APP_PORT", "http"), "--check-volume").status()).isEqualTo(2);
    }

    @Test
    void exitsWith2ForUnknownArguments() throws Exception {
        Completed ended = run(Map.of(), "--port", "80");
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.errors()).isEqualTo("unknown arguments: --port 80; see --help\n");
        assertThat(ended.output()).isEmpty();
    }

    @Test
    void exitsWith2ForInvalidSettings() throws Exception {
        Completed ended = run(Map.of("APP_PORT", "http", "MAX_IMAGE_SIZE", "20"));
        assertThat(ended.status()).isEqualTo(2);
        assertThat(ended.errors()).isEqualTo("""
                        APP_PORT: expected port from 0 to 65535, got "http"
                        MAX_IMAGE_SIZE: expected size from 1B to 2GiB such as 20MiB, got "20"
                        """);
    }

    @Test
    void exitsWith1IfThePortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            Completed ended = run(Map.of(
                    "APP_PORT", String.valueOf(taken.getLocalPort()),
                    "IMAGE_DIR", folder.resolve("data").toString(),
                    "LOG_LEVEL", "ERROR"));
            assertThat(ended.status()).isEqualTo(1);
            assertThat(ended.errors()).contains("cannot start: ").contains("in use");
        }
    }

    private static Completed run(Map<String, String> environment, String... arguments) throws Exception {
        Command command = Command.of(Program.JAVA, "-jar", Program.war().toString())
                .and(arguments)
                .with("JAVA_TOOL_OPTIONS", "");
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            command = command.with(variable.getKey(), variable.getValue());
        }
        return command.attempt();
    }
}
