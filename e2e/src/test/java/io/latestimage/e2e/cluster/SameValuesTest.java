package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.proof.ProofCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;

/** An upgrade with equal values changes no object. An upgrade to another version of the chart restarts no pod. */
@ClusterProof
@Order(40)
class SameValuesTest {
    private static final String KINDS =
            "deployment,service,ingress,persistentvolumeclaim,poddisruptionbudget,serviceaccount,networkpolicy";

    @ProofCase("same-values")
    void changesNoObjectAndRestartsNoPod(Stage stage) throws Exception {
        stage.during("same values again, new chart version", Expectation.NO_FAILURE, () -> {
            Release release = stage.main();
            List<String> pods = release.identities();
            List<String> objects = objects(stage);
            release.deploy(stage.settings().helm(), release.current());
            assertThat(objects(stage))
                    .as("objects after an upgrade with equal values")
                    .isEqualTo(objects);
            upgradeToAnotherChart(stage);
            assertThat(release.identities())
                    .as("pods after an upgrade of the chart")
                    .isEqualTo(pods);
        });
    }

    private static List<String> objects(Stage stage) throws IOException, InterruptedException {
        return stage.cluster()
                .kubectl()
                .fields(
                        KINDS,
                        "app.kubernetes.io/instance=" + stage.main().name(),
                        "{.kind} {.metadata.resourceVersion}");
    }

    private static void upgradeToAnotherChart(Stage stage) throws IOException, InterruptedException {
        Path chart = stage.cluster().result().resolve("chart");
        Command.of("cp", "-r", stage.project().resolve("helm").toString(), chart.toString())
                .run();
        Path description = chart.resolve("Chart.yaml");
        String changed = Files.readString(description).replaceFirst("(?m)^version: .*", "version: 99.0.0");
        assertThat(changed).contains("version: 99.0.0");
        Files.writeString(description, changed);
        Release release = stage.main();
        release.helm(stage.settings().helm(), "upgrade", release.name(), chart.toString(), "--reuse-values", "--wait");
    }
}
