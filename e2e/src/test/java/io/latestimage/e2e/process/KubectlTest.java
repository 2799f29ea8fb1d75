package io.latestimage.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latestimage.e2e.proof.ProjectFolder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KubectlTest {
    @Test
    void asksForFieldsInItsNamespace() throws Exception {
        assertThat(Kubectl.in("space").command().words()).containsExactly("kubectl", "--namespace", "space");
        assertThat(answering("printf '%s|' \"$@\"").field("deployment/a", "{.spec}"))
                .isEqualTo("get|deployment/a|--output|jsonpath={.spec}|");
    }

    @Test
    void returnsALineForEachObjectSorted() throws Exception {
        assertThat(answering("printf 'b 1\\n\\na 2\\n'").fields("pods", "x=y", "{.metadata.name}"))
                .containsExactly("a 2", "b 1");
    }

    @Test
    void doesNotTakeAnErrorForAbsence() throws Exception {
        assertThat(answering("exit 0").hasNone("pods")).isTrue();
        assertThat(answering("echo pod/a").hasNone("pods")).isFalse();
        assertThatThrownBy(() -> answering("echo refused >&2; exit 1").hasNone("pods"))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageEndingWith("refused");
    }

    @Test
    void namesReleasesByTheRuleOfTheProject() throws Exception {
        Path project = ProjectFolder.get();
        ReleaseNames names = new ReleaseNames(project);
        assertThat(names.of("feature/a")).matches("feature-a-[0-9a-f]{10}").isNotEqualTo(names.of("feature-a"));
    }

    private static Kubectl answering(String script) {
        return new Kubectl(Command.of("/bin/sh", "-c", script, "kubectl"));
    }
}
