package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Form;
import io.latestimage.e2e.proof.ProofCase;
import org.junit.jupiter.api.Order;

@Case
@Order(150)
class ProductionTest {
    @ProofCase("production")
    void productionWaitsForASyncKeepsItsVolumeAndMayFollowMain(Stage stage) throws Exception {
        Production production = new Production(stage);
        assertThat(production.objects())
                .as("production is not deployed by itself, as productionAutomated is false")
                .isEmpty();
        stage.pipeline().build(MAIN, production.registry());
        stage.pipeline().push(MAIN, production.registry());
        production.sync();
        production.uploadOwn();
        assertThat(production.returnsOwn())
                .as("production returns what was uploaded")
                .isTrue();

        String volume = production.volume();
        production.delete();
        // As if Helm had made and left it: a volume that is to be kept may change its owner.
        production.giveVolumeToHelm();
        stage.argo().apply();
        production.sync();
        assertThat(production.volume())
                .as("production has its volume of before")
                .isEqualTo(volume);
        States.await(30, "production returns the image of before", production::returnsOwn);

        stage.argo().set("productionAutomated", "true");
        stage.argo().apply();
        stage.developerClone().switchTo(MAIN);
        stage.developerClone().commit("Go to production by itself");
        stage.developerClone().push(MAIN);
        buildAgainAndPush(stage, production.registry());
        buildAgainAndPush(stage, stage.parameters().registry());
        stage.lookAgain();
        if (stage.parameters().form() == Form.SHORT) {
            production.refresh(); // as a webhook does; the long form waits until Argo CD polls, up to 4 minutes
        }
        production.awaitRollout(420);
        assertThat(production.returnsOwn())
                .as("production returns what was uploaded, after its rollout")
                .isTrue();
        stage.findings()
                .shown("Production waits for argocd app sync; it runs the image of its own repository; its volume,"
                        + " with the image, outlives the deletion of its Application, and may have been Helm's; with"
                        + " productionAutomated it follows main by itself.");
    }

    private static void buildAgainAndPush(Stage stage, String registry) throws Exception {
        stage.pipeline().buildAgain(MAIN, registry);
        stage.pipeline().push(MAIN, registry);
    }
}
