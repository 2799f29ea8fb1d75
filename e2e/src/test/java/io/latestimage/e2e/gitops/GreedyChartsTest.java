package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.Stage.ALIKE;
import static io.latestimage.e2e.gitops.Stage.FEATURE;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.process.Kubectl;
import io.latestimage.e2e.proof.ProofCase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;

@Case
@Order(70)
class GreedyChartsTest {
    private static final String CLUSTER = "bad/cluster";
    private static final String NAMESPACE = "bad/namespace";
    private static final String NEIGHBOUR = "bad/neighbour";
    private static final String MORE = "helm/templates/more.yaml";

    @ProofCase("charts")
    void aChartCannotTakeWhatIsNotItsOwn(Stage stage) throws Exception {
        stage.neighbours().ensure();
        DeveloperClone clone = stage.developerClone();
        clone.createBranch(CLUSTER);
        Files.writeString(clone.file(MORE), """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: latest-image-e2e}
                rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
                """);
        clone.commit("Ask for everything");
        clone.createBranch(NAMESPACE);
        Files.writeString(clone.file(MORE), """
                apiVersion: v1
                kind: Service
                metadata: {name: latest-image-e2e, namespace: production}
                spec: {ports: [{port: 80}]}
                """);
        clone.commit("Go to production at once");
        clone.createBranch(NEIGHBOUR);
        takeServiceOf(stage.release(ALIKE), clone.file("helm/templates/service.yaml"));
        clone.commit("Take a neighbour's Service");
        List<String> branches = List.of(CLUSTER, NAMESPACE, NEIGHBOUR);
        for (String branch : branches) {
            clone.push(branch);
        }
        stage.lookAgain();

        isRefused(stage.release(CLUSTER), "ClusterRole.* is not permitted in project");
        isRefused(stage.release(NAMESPACE), "namespace production is not permitted in project");
        isRefused(stage.release(NEIGHBOUR), "is part of applications");
        assertThat(Kubectl.in("production").hasNone("clusterrole", "latest-image-e2e"))
                .as("there is no ClusterRole")
                .isTrue();
        assertThat(Kubectl.in("production").hasNone("service", "latest-image-e2e"))
                .as("there is no Service in production")
                .isTrue();
        stage.neighbours().isUnharmed(FEATURE);
        stage.neighbours().isUnharmed(ALIKE);
        clone.deleteRemotely(CLUSTER, NAMESPACE, NEIGHBOUR);
        stage.lookAgain();
        for (String branch : branches) {
            stage.release(branch).awaitEnd();
        }
        stage.findings()
                .shown("Charts with a ClusterRole, with a Service in production, and with a Service named like a"
                        + " neighbour's are refused, each with its reason.");
    }

    private static void takeServiceOf(Release neighbour, Path file) throws Exception {
        String before = Files.readString(file);
        String after = before.replaceAll("(?m)^  name: .*$", "  name: " + neighbour.name());
        assertThat(after).as("the chart's Service has another name").isNotEqualTo(before);
        Files.writeString(file, after);
    }

    /** Nothing of its chart is made, and Argo CD says why. */
    private static void isRefused(Release release, String why) throws Exception {
        release.awaitMessage(why);
        assertThat(release.hasDeployment()).as("%s has been deployed", release).isFalse();
    }
}
