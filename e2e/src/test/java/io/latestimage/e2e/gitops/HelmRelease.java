package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;

import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Kubectl;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A release as Helm makes it, of main's commit, and whose it is for Argo CD. */
final class HelmRelease {
    /** How many objects the chart makes. */
    static final int OBJECTS = 7;

    private static final String TRACKING = "argocd.argoproj.io/tracking-id";

    private final Stage stage;
    private final Release release;
    private final Kubectl kubectl = Kubectl.in("test");
    private final Command helm;

    HelmRelease(Stage stage, Release release) {
        this.stage = stage;
        this.release = release;
        this.helm = Command.of(stage.parameters().helm(), "--namespace", "test")
                .within(Duration.ofMinutes(3))
                .loggedTo(stage.parameters().result().resolve("helm.log"));
    }

    String name() {
        return release.name();
    }

    /** Installs it; it must succeed. */
    void install() throws IOException, InterruptedException {
        upgrade().run();
    }

    /** Tries to install or upgrade it. */
    Command.Completed attempt(String option) throws IOException, InterruptedException {
        return upgrade().and(option).attempt();
    }

    /** Of two pods, since Argo CD leaves alone, and does not mark, what is already as it should be. */
    private Command upgrade() throws IOException, InterruptedException {
        String chart = stage.developerClone().file("helm").toString();
        String image = "image.repository=%s/latest-image,image.tag=%s"
                .formatted(stage.parameters().registry(), stage.commitOf(MAIN));
        return helm.and("upgrade", "--install", name(), chart, "--set", "replicaCount=2")
                .and("--values", chart + "/values-test.yaml")
                .and("--set-string", image)
                .and("--set-string", "domain=" + Release.DOMAIN)
                .and("--set-string", "ingress.className=" + stage.setup().ingressClass());
    }

    /** Without waiting: Argo CD may still be trying, and be quicker. */
    void uninstall() throws IOException, InterruptedException {
        helm.and("uninstall", name()).run();
    }

    String helmStatus() throws IOException, InterruptedException {
        return helm.and("status", name()).run();
    }

    /** The marks that Argo CD has put on its objects. */
    List<String> marks() throws IOException, InterruptedException {
        return release.objects("{.metadata.annotations.argocd\\.argoproj\\.io/tracking-id}");
    }

    /** Whether Argo CD has marked all of its objects. */
    boolean isMarked() throws IOException, InterruptedException {
        return marks().stream().filter(mark -> mark.startsWith(name() + ":")).count() == OBJECTS;
    }

    /** Asks the API server whether Argo CD's mark may be put on an object; it is not done. */
    Command.Completed mark(String object) throws IOException, InterruptedException {
        return kubectl.attempt("annotate", object, TRACKING + "=e2e:x", "--overwrite", "--dry-run=server");
    }

    /** The same, by a server-side apply. */
    Command.Completed markByServer(String object) throws IOException, InterruptedException {
        String identity = kubectl.field(object, "{.apiVersion}{\"\\n\"}{.kind}{\"\\n\"}{.metadata.name}");
        List<String> fields = identity.lines().toList();
        String manifest = """
                apiVersion: %s
                kind: %s
                metadata: {name: %s, annotations: {%s: e2e}}
                """.formatted(fields.get(0), fields.get(1), fields.get(2), TRACKING);
        return kubectl.command()
                .and("apply", "--server-side", "--field-manager", "argocd-controller", "--dry-run=server")
                .and("--filename", "-")
                .reading(manifest)
                .attempt();
    }
}
