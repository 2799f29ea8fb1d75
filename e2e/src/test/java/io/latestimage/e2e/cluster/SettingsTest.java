package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.e2e.Form;
import io.latestimage.e2e.UploadWay;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Map<String, String> LEAST = Map.of(
            "IMAGE_FROM", "registry.example.com/team/latest-image:1",
            "IMAGE_TO", "registry.example.com/team/latest-image:2",
            "STORAGE_FAULT", "ssh nfs fault");

    @Test
    void hasDefaults() {
        Settings settings = Settings.parse(LEAST);
        assertThat(settings.registry()).isEqualTo("registry.example.com/team");
        assertThat(Settings.tag(settings.imageTo())).isEqualTo("2");
        assertThat(settings.uploads()).containsExactlyInAnyOrder(UploadWay.FORM, UploadWay.PUT);
        assertThat(settings.namespace()).isEqualTo("latest-image-e2e");
        assertThat(settings.helm()).isEqualTo("helm");
        assertThat(settings.otherHelm()).contains("helm4");
        assertThat(settings.storageFault().orElseThrow().words()).containsExactly("ssh", "nfs", "fault");
        assertThat(settings.killPod()).isEmpty();
        assertThat(settings.result()).isEqualTo(Path.of("target/e2e"));
        assertThat(settings.leastRate()).isEqualTo(100);
        assertThat(settings.form()).isEqualTo(Form.SHORT);
    }

    @Test
    void reportsAllInvalidSettingsAtOnce() {
        assertThatThrownBy(() -> Settings.parse(Map.of("IMAGE_FROM", "latest", "FORM", "brief", "LEAST_RATE", "0")))
                .hasMessageContainingAll(
                        "STORAGE_FAULT is not set",
                        "IMAGE_FROM: expected REGISTRY/latest-image:TAG, got \"latest\"",
                        "IMAGE_TO is not set",
                        "LEAST_RATE: expected a number from 1 to 999999, got \"0\"",
                        "FORM: expected short or long, got \"brief\"");
    }

    /** Then the load can run while one of the images does not know PUT. */
    @Test
    void canUploadByFormsOnly() {
        assertThat(Settings.parse(with("UPLOADS", "form")).uploads()).containsExactly(UploadWay.FORM);
        assertThatThrownBy(() -> Settings.parse(with("UPLOADS", "post")))
                .hasMessageContaining("UPLOADS: expected form, put or form,put, got \"post\"");
    }

    @Test
    void refusesImagesOfTwoRegistries() {
        assertThatThrownBy(() -> Settings.parse(with("IMAGE_TO", "other.example.com/latest-image:2")))
                .hasMessageContaining("expected one registry");
    }

    @Test
    void leavesOutOnlyWhatIsSetToNone() {
        assertThat(Settings.parse(with("STORAGE_FAULT", "none")).storageFault()).isEmpty();
        assertThat(Settings.parse(with("HELM_4", "none")).otherHelm()).isEmpty();
        assertThatThrownBy(() -> Settings.parse(with("STORAGE_FAULT", ""))).hasMessageContaining("none leaves it out");
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> variables = new HashMap<>(LEAST);
        variables.put(name, value);
        return variables;
    }
}
