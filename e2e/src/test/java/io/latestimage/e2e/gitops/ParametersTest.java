package io.latestimage.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.e2e.Form;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParametersTest {
    private static final Path PROJECT = Path.of("/project");

    private static Map<String, String> required() {
        return new HashMap<>(Map.of(
                "GIT_URL", "http://192.0.2.1:3000/",
                "GIT_USER", "root",
                "GIT_PASSWORD", "secret",
                "GIT_ORG", "team",
                "GIT_SERVER", "server git",
                "REGISTRY", "192.0.2.1:5000",
                "REGISTRY_USER", "pusher",
                "REGISTRY_PASSWORD", "secret",
                "EDGE_IP", "192.0.2.2"));
    }

    @Test
    void readsRequiredVariablesAndHasDefaultsForTheOthers() {
        Parameters parameters = Parameters.of(required(), PROJECT);

        assertThat(parameters.gitUrl()).hasToString("http://192.0.2.1:3000");
        assertThat(parameters.gitServer().orElseThrow().words()).isEqualTo(List.of("server", "git"));
        assertThat(parameters.helm()).isEqualTo("helm");
        assertThat(parameters.form()).isEqualTo(Form.SHORT);
        assertThat(parameters.result()).hasToString("/project/target/e2e-gitops");
        assertThat(parameters.stub()).isEmpty();
    }

    @Test
    void namesAllMissingVariables() {
        Map<String, String> variables = required();
        variables.remove("GIT_ORG");
        variables.put("EDGE_IP", "");

        assertThatThrownBy(() -> Parameters.of(variables, PROJECT))
                .hasMessageContaining("GIT_ORG: ")
                .hasMessageContaining("EDGE_IP: ")
                .hasMessageNotContaining("GIT_USER");
    }

    @Test
    void leavesTheOutageOutOnlyIfGitServerIsNone() {
        Map<String, String> variables = required();
        variables.remove("GIT_SERVER");
        assertThatThrownBy(() -> Parameters.of(variables, PROJECT)).hasMessageContaining("GIT_SERVER=none");

        variables.put("GIT_SERVER", "none");
        assertThat(Parameters.of(variables, PROJECT).gitServer()).isEmpty();
    }

    @Test
    void readsTheForm() {
        Map<String, String> variables = required();
        variables.put("FORM", "long");
        assertThat(Parameters.of(variables, PROJECT).form()).isEqualTo(Form.LONG);

        variables.put("FORM", "medium");
        assertThatThrownBy(() -> Parameters.of(variables, PROJECT)).hasMessageContaining("medium");
    }
}
