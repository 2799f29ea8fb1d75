package io.latestimage.e2e.gitops;

import static io.latestimage.e2e.gitops.DeveloperClone.MAIN;
import static io.latestimage.e2e.gitops.Setup.PRODUCTION_HOST;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.latestimage.e2e.Images;
import io.latestimage.e2e.SingleRequest;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.Target;
import io.latestimage.e2e.process.Kubectl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/** Production: reads its state from Argo CD, from Kubernetes and through the Ingress, and changes it. */
final class Production {
    private static final int IMAGE_SIZE = 20_000;
    private static final String BOUNDARY = "----boundary-of-the-proof";

    private final Kubectl kubectl = Kubectl.in("production");
    private final Stage stage;
    private final String name;
    private final Target target;
    private final Images.Image own = new Images(System.nanoTime()).next(IMAGE_SIZE);

    Production(Stage stage) throws IOException, InterruptedException {
        this.stage = stage;
        this.name = stage.release(MAIN).name();
        this.target = new Target("production", stage.parameters().edge(), 80, PRODUCTION_HOST);
    }

    /** The registry of production's images. Only main's CI can push there. */
    String registry() {
        return stage.parameters().registry() + "/production";
    }

    /** The Deployments, pods, Services and Ingresses in production, a line each; empty if there are none. */
    String objects() throws IOException, InterruptedException {
        return kubectl.run("get", "deployment,pod,service,ingress", "--ignore-not-found", "--output", "name");
    }

    /** Syncs production to main's latest commit, and waits until that is rolled out. */
    void sync() throws Exception {
        refresh();
        stage.argo()
                .argocd("app", "sync", ArgoCd.PRODUCTION, "--timeout", "180")
                .within(Duration.ofSeconds(200))
                .run();
        awaitRollout(120);
    }

    /** Makes Argo CD read main's latest commit. */
    void refresh() throws IOException, InterruptedException {
        stage.argo().argocd("app", "get", ArgoCd.PRODUCTION, "--refresh").run();
    }

    /** Waits until production is synced to main's latest commit, and that is rolled out. */
    void awaitRollout(int seconds) throws Exception {
        String commit = stage.commitOf(MAIN);
        String expected = "Synced %s %s/latest-image:%s".formatted(commit, registry(), commit);
        States.await(seconds, "production is rolled out at commit " + commit, this::state, expected::equals);
    }

    private String state() throws IOException, InterruptedException {
        String application = stage.argo()
                .kubectl()
                .field("application/" + ArgoCd.PRODUCTION, "{.status.sync.status} {.status.sync.revision}");
        String image = kubectl.field("deployment/" + name, "{.spec.template.spec.containers[0].image}");
        kubectl.run("rollout", "status", "deployment/" + name, "--timeout", "1s");
        return application + " " + image;
    }

    /** Uploads an image. Tries again until the Ingress routes to production. */
    void uploadOwn() throws Exception {
        SingleRequest upload = SingleRequest.get(target, "/upload")
                .sending("POST", form())
                .with("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .with("Authorization", "Bearer " + Setup.UPLOAD_TOKEN);
        States.await(
                30,
                "production accepts an upload",
                () -> {
                    Reply reply = upload.send();
                    return "status %d: %s".formatted(reply.status(), reply.text());
                },
                text -> text.startsWith("status 2"));
    }

    private byte[] form() throws IOException {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.write("""
                --%s
                Content-Disposition: form-data; name="image"; filename="a.png"
                Content-Type: image/png

                """.replace("\n", "\r\n").formatted(BOUNDARY).getBytes(UTF_8));
        form.write(own.bytes());
        form.write("\r\n--%s--\r\n".formatted(BOUNDARY).getBytes(UTF_8));
        return form.toByteArray();
    }

    /** Whether production returns the uploaded image, byte for byte. */
    boolean returnsOwn() throws IOException {
        Reply reply = SingleRequest.get(target, "/image").send();
        return reply.succeeded() && Arrays.equals(reply.body(), own.bytes());
    }

    /** The name of production's PersistentVolume. */
    String volume() throws IOException, InterruptedException {
        return kubectl.field("pvc/" + name, "{.spec.volumeName}");
    }

    /** Deletes production's Application and its objects, and waits until they are gone. The volume stays. */
    void delete() throws Exception {
        stage.argo()
                .argocd("app", "delete", ArgoCd.PRODUCTION, "--cascade", "--yes")
                .run();
        States.await(120, "production is gone", this::objects, String::isEmpty);
        States.await(
                60,
                "production's Application is gone",
                () -> stage.argo().kubectl().hasNone("application", ArgoCd.PRODUCTION));
    }

    /** Marks production's PersistentVolumeClaim as an object of a Helm release instead of Argo CD's Application. */
    void giveVolumeToHelm() throws IOException, InterruptedException {
        kubectl.run(
                "annotate",
                "pvc",
                name,
                "argocd.argoproj.io/tracking-id-",
                "meta.helm.sh/release-name=" + name,
                "meta.helm.sh/release-namespace=production");
    }
}
