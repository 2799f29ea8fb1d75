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

/** A chart that exceeds the Argo CD project, or that takes an object of another release, is refused with a reason. */
@Case
@Order(70)
class GreedyChartsTest {
    private static final String CLUSTER = "bad/cluster";
    private static final String NAMESPACE = "bad/namespace";
    private static final String NEIGHBOUR = "bad/neighbour";
    private static final String MORE = "helm/templates/more.yaml";

    @ProofCase("charts")
    void refusesChartsThatExceedTheProjectOrTakeObjectsOfOthers(Stage stage) throws Exception {
        stage.neighbours().ensure();
        DeveloperClone clone = stage.developerClone();
        clone.createBranch(CLUSTER);
        Files.writeString(clone.file(MORE), """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: latest-image-e2e}
                rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
                """);
        clone.commit("Add a ClusterRole");
        clone.createBranch(NAMESPACE);
        Files.writeString(clone.file(MORE), """
                apiVersion: v1
                kind: Service
                metadata: {name: latest-image-e2e, namespace: production}
                spec: {ports: [{port: 80}]}
                """);
        clone.commit("Add a Service in production");
        clone.createBranch(NEIGHBOUR);
        takeServiceOf(stage.release(ALIKE), clone.file("helm/templates/service.yaml"));
        clone.commit("Name the Service like a neighbour's");
        List<String> branches = List.of(CLUSTER, NAMESPACE, NEIGHBOUR);
        for (String branch : branches) {
            clone.push(branch);
        }
        stage.refreshBranches();

        assertRefused(stage.release(CLUSTER), "ClusterRole.* is not permitted in project");
        assertRefused(stage.release(NAMESPACE), "namespace production is not permitted in project");
        assertRefused(stage.release(NEIGHBOUR), "is part of applications");
        assertThat(Kubectl.in("production").hasNone("clusterrole", "latest-image-e2e"))
                .as("there is no ClusterRole")
                .isTrue();
        assertThat(Kubectl.in("production").hasNone("service", "latest-image-e2e"))
                .as("there is no Service in production")
                .isTrue();
        stage.neighbours().isUnharmed(FEATURE);
        stage.neighbours().isUnharmed(ALIKE);
        clone.deleteRemotely(CLUSTER, NAMESPACE, NEIGHBOUR);
        stage.refreshBranches();
        for (String branch : branches) {
            stage.release(branch).awaitEnd();
        }
        stage.findings()
                .shown("A chart with a ClusterRole, one with a Service in production, and one whose Service is named"
                        + " like a neighbour's are refused. Argo CD reports the reason for each.");
    }

    private static void takeServiceOf(Release neighbour, Path file) throws Exception {
        String before = Files.readString(file);
        String after = before.replaceAll("(?m)^  name: .*$", "  name: " + neighbour.name());
        assertThat(after).as("template with the name of a neighbour's Service").isNotEqualTo(before);
        Files.writeString(file, after);
    }

    /** Waits until Argo CD reports why it refuses the chart. The release must not have a Deployment. */
    private static void assertRefused(Release release, String why) throws Exception {
        release.awaitMessage(why);
        assertThat(release.hasDeployment()).as("%s has a Deployment", release).isFalse();
    }
}
