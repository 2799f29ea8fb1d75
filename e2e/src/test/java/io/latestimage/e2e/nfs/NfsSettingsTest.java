package io.latestimage.e2e.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.e2e.Form;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NfsSettingsTest {
    private static final Path PROJECT = Path.of("/project");

    @Test
    void hasDefaultsForAllButTheLab() {
        assertThat(NfsSettings.parse(Map.of("NFS_LAB", "ssh lab nfs"), PROJECT))
                .isEqualTo(new NfsSettings(
                        Lab.parse("ssh lab nfs"),
                        Path.of("/project/target/latest-image.war"),
                        Path.of("/project/target"),
                        Form.SHORT,
                        "unknown",
                        ""));
    }

    @Test
    void readsEverySetting() {
        Map<String, String> given = Map.of(
                "NFS_LAB",
                "lab",
                "FORM",
                "long",
                "WAR",
                "a.war",
                "RESULT",
                "/r",
                "COMMIT",
                "abc",
                "ENVIRONMENT",
                "real");
        assertThat(NfsSettings.parse(given, PROJECT))
                .isEqualTo(new NfsSettings(
                        Lab.parse("lab"), Path.of("/project/a.war"), Path.of("/r"), Form.LONG, "abc", "real"));
    }

    @Test
    void reportsAllInvalidSettingsAtOnce() {
        assertThatThrownBy(() -> NfsSettings.parse(Map.of("FORM", "longer"), PROJECT))
                .hasMessage("NFS_LAB is not set: expected a command that controls the machines, see docs/e2e-nfs.md\n"
                        + "FORM: expected short or long, got \"longer\"");
    }
}
