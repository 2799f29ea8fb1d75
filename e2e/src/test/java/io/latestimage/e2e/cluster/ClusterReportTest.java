package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Form;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Kubectl;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterReportTest {
    /** A shell script in place of {@code kubectl}, which answers for a cluster of two nodes. */
    private static final String CLUSTER = """
            case "$*" in
              version*) printf '{\n "clientVersion": {"gitVersion": "v1"},\n "serverVersion": {\n "gitVersion": "v1.34.4"\n}}' ;;
              *nodes*) printf 'containerd://2.1, 6.12\\ncontainerd://2.1, 6.12\\n' ;;
              *ingressclasses*) echo 'nginx (k8s.io/ingress-nginx)' ;;
              *storageclasses*) exit 1 ;;
            esac
            """;

    @Test
    void findsTheEnvironmentAndAddsTheTextOfTheUser() throws Exception {
        Kubectl kubectl = new Kubectl(Command.of("/bin/sh", "-c", CLUSTER, "kubectl"));
        assertThat(Environment.find(kubectl, "storage: simulated").markdown())
                .contains("- machine: ", " processors, ")
                .contains("- Kubernetes: v1.34.4\n")
                .contains("- nodes: 2, with containerd://2.1, kernel 6.12\n")
                .contains("- Ingress: nginx (k8s.io/ingress-nginx)\n")
                .contains("- network: no DaemonSet\n")
                .contains("- storage: unknown, because the command failed\n")
                .endsWith("- stated by the user: storage: simulated\n");
    }

    @Test
    void saysThatAnAnswerNamesNoVersion() throws Exception {
        Kubectl kubectl =
                new Kubectl(Command.of("/bin/sh", "-c", "echo '{\"clientVersion\": {\"gitVersion\": \"v1\"}}'"));
        assertThat(Environment.find(kubectl, "").markdown()).contains("- Kubernetes: version unknown\n");
    }

    @Test
    void namesTheCommandTheFormTheTimeAndTheCommit() {
        Environment environment = new Environment(Map.of("Kubernetes", "v1.34.4"), "");
        String text = new ClusterReport(
                        environment, Form.LONG, "abc1234", Instant.parse("2026-11-26T21:05:59Z"), "| phase |")
                .markdown();
        assertThat(text)
                .contains("`make e2e` (long form) on 2026-11-26 21:05 UTC, at commit abc1234.")
                .contains("- Kubernetes: v1.34.4\n- stated by the user: nothing;")
                .endsWith("| phase |");
    }
}
