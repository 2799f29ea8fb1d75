package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Form;
import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

/**
 * Production is deployed by a sync or, with productionAutomated, after each push to main. Its volume outlives its
 * Application.
 */
@Case
@Order(150)
class ProductionTest {
    @ProofCase("production")
    void productionWaitsForASyncKeepsItsVolumeAndCanFollowMain(Stage stage) throws Exception {
        Production production = new Production(stage);
        assertThat(production.objects())
                .as("objects in production before the first sync, with productionAutomated: false")
                .isEmpty();
        stage.pipeline().build(MAIN, production.registry());
        stage.pipeline().push(MAIN, production.registry());
        production.sync();
        production.uploadOwn();
        assertThat(production.returnsOwn())
                .as("production returns the uploaded image")
                .isTrue();

        String volume = production.volume();
        production.delete();
        // As after helm uninstall, which keeps the volume. The admission policy allows such a volume to change its
        // owner.
        production.giveVolumeToHelm();
        stage.argo().apply();
        production.sync();
        assertThat(production.volume())
                .as("volume of production after the next sync")
                .isEqualTo(volume);
        States.await(30, "production returns the image that was uploaded before the deletion", production::returnsOwn);

        stage.argo().set("productionAutomated", "true");
        stage.argo().apply();
        stage.developerClone().switchTo(MAIN);
        stage.developerClone().commit("Deploy production automatically");
        stage.developerClone().push(MAIN);
        buildAgainAndPush(stage, production.registry());
        buildAgainAndPush(stage, stage.parameters().registry());
        stage.refreshBranches();
        if (stage.parameters().form() == Form.SHORT) {
            production.refresh(); // as a webhook does; the long form waits until Argo CD polls, up to 4 minutes
        }
        production.awaitRollout(420);
        assertThat(production.returnsOwn())
                .as("production returns the uploaded image after the automatic rollout")
                .isTrue();
        stage.findings()
                .shown("Production waits for argocd app sync, and runs the image of its own repository. Its"
                        + " volume, with the uploaded image, outlives the deletion of its Application,"
                        + " and may come from a Helm release. With productionAutomated, production"
                        + " follows main automatically.");
    }

    private static void buildAgainAndPush(Stage stage, String registry) throws Exception {
        stage.pipeline().buildAgain(MAIN, registry);
        stage.pipeline().push(MAIN, registry);
    }
}
