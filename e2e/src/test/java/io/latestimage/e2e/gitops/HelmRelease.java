package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;

import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Kubectl;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A Helm release of main's commit in the namespace test, and the marks that Argo CD puts on its objects. */
final class HelmRelease {
    /** The number of objects that the chart creates. */
    static final int OBJECTS = 7;

    /** The annotation with which Argo CD marks the objects of an Application. */
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

    /** Installs the release. */
    void install() throws IOException, InterruptedException {
        upgrade().run();
    }

    /** Tries to install or upgrade the release with one more option. Returns the result, also if that fails. */
    Command.Completed attempt(String option) throws IOException, InterruptedException {
        return upgrade().and(option).attempt();
    }

    /**
     * The command that installs or upgrades the release. It sets two replicas, where Argo CD sets three: if all objects
     * were in sync already, Argo CD would not mark them.
     */
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

    /**
     * Uninstalls the release. Does not wait until the objects are gone, because a retry of Argo CD may create them
     * again before that is seen.
     */
    void uninstall() throws IOException, InterruptedException {
        helm.and("uninstall", name()).run();
    }

    /** The output of {@code helm status}. */
    String helmStatus() throws IOException, InterruptedException {
        return helm.and("status", name()).run();
    }

    /** Argo CD's marks on the objects of the release: a line for each marked object, sorted. */
    List<String> marks() throws IOException, InterruptedException {
        return release.objects("{.metadata.annotations.argocd\\.argoproj\\.io/tracking-id}");
    }

    /** Whether Argo CD has marked all objects of the release. */
    boolean isMarked() throws IOException, InterruptedException {
        return marks().stream().filter(mark -> mark.startsWith(name() + ":")).count() == OBJECTS;
    }

    /**
     * Tries to put Argo CD's mark on an object. This is a dry run: the API server applies its admission policies, and
     * changes nothing.
     */
    Command.Completed mark(String object) throws IOException, InterruptedException {
        return kubectl.attempt("annotate", object, TRACKING + "=e2e:x", "--overwrite", "--dry-run=server");
    }

    /** Tries the same as {@link #mark} with a server-side apply. */
    Command.Completed markByServerSideApply(String object) throws IOException, InterruptedException {
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
