package io.latestimage.e2e.gitops;

import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.proof.ProofCase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;

/** The API server accepts the manifests that no other case applies. */
@Case
@Order(10)
class ManifestsTest {
    private static final List<String> FOLDERS = List.of(
            "overlays/github",
            "overlays/gitlab",
            "platform/nfs",
            "platform/external-secrets",
            "platform/external-secrets/vault");

    @ProofCase("manifests")
    void apiServerAcceptsTheManifestsOfOtherProvidersAndOfThePlatform(Stage stage) throws Exception {
        for (String folder : FOLDERS) {
            Path manifests = stage.project().resolve("argocd").resolve(folder);
            Command.of("kubectl", "apply", "--server-side", "--force-conflicts", "--dry-run=server")
                    .and("--kustomize", manifests.toString())
                    .run();
        }
        stage.findings().shown("The API server accepts the manifests of the other Git providers and of the platform.");
    }
}
