package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.Expectation;
import io.latestimage.e2e.proof.ProofCase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;

/** A pod is killed: only the connections to it are lost, and only until no traffic is sent to it. */
@ClusterProof
@Order(100)
class KillTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @ProofCase("kill")
    void losesOnlyTheConnectionsToThePod(Stage stage) throws Exception {
        String[] pod = stage.main()
                .pods("{.metadata.name} {.spec.nodeName} {.status.containerStatuses[0].containerID} {.status.podIP}")
                .getFirst()
                .split(" ", -1);
        stage.during("SIGKILL of a pod", Expectation.LOST_CONNECTIONS, () -> {
            kill(stage, pod[0], pod[1], pod[2].replaceFirst(".*://", ""));
            Await.atMost(LIMIT)
                    .every(Duration.ofMillis(200))
                    .value(
                            "no traffic is sent to " + pod[0],
                            () -> addresses(stage),
                            addresses -> !addresses.contains(pod[3]));
            Await.pass(Duration.ofSeconds(1)); // until all proxies have removed the endpoint
        });
        stage.during("after SIGKILL", Expectation.NO_FAILURE, stage.main()::settle);
    }

    private static void kill(Stage stage, String pod, String node, String container)
            throws IOException, InterruptedException {
        if (stage.settings().killPod().isPresent()) {
            stage.settings()
                    .killPod()
                    .get()
                    .and(stage.settings().namespace(), pod, node, container)
                    .in(stage.project())
                    .run();
        } else {
            stage.cluster().kubectl().run("delete", "pod", pod, "--force", "--grace-period=0");
        }
    }

    /** The IP addresses of the ready endpoints: traffic is sent to these. */
    private static List<String> addresses(Stage stage) throws IOException, InterruptedException {
        return stage.cluster()
                .kubectl()
                .run(
                        "get",
                        "endpointslices",
                        "--selector",
                        "kubernetes.io/service-name=" + stage.main().name(),
                        "--output",
                        "jsonpath={range .items[*].endpoints[?(@.conditions.ready==true)]}{.addresses[0]}{\"\\n\"}{end}")
                .lines()
                .toList();
    }
}
