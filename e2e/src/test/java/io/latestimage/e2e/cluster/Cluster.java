package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.CommandFailedException;
import io.latestimage.e2e.process.Kubectl;
import io.latestimage.e2e.process.Make;
import io.latestimage.e2e.process.ReleaseNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The cluster that {@code kubectl} points to, and the namespace of the proof on it. */
final class Cluster {
    private static final Duration NAMESPACE_LIMIT = Duration.ofMinutes(3);
    private static final int EVENTS_SHOWN = 20;

    private final Settings settings;
    private final Make make;
    private final ReleaseNames names;
    private final Path result;
    private final Kubectl kubectl;
    private final Map<String, Release> releases = new HashMap<>();
    private String values = "";
    private boolean madeNamespace;
    private boolean faulty;
    private @Nullable String cordoned;

    Cluster(Settings settings, Make make, ReleaseNames names, Path result) {
        this.settings = settings;
        this.make = make;
        this.names = names;
        this.result = result;
        this.kubectl = Kubectl.in(settings.namespace());
    }

    Kubectl kubectl() {
        return kubectl;
    }

    /** The folder for the report, the logs and all other files of this run. */
    Path result() {
        return result;
    }

    /**
     * Empties the result folder, and creates the namespace and its pull secret if there is a registry user. The
     * namespace enforces the Pod Security Standard {@code restricted}.
     */
    void prepare() throws Exception {
        requireHelm(settings.helm(), "install it, or set HELM to another program");
        if (settings.otherHelm().isPresent()) {
            requireHelm(
                    settings.otherHelm().get(),
                    "install it, set HELM_4 to another program, or leave it out with HELM_4=none");
        }
        empty(result);
        Await.atMost(NAMESPACE_LIMIT)
                .every(Duration.ofMillis(500))
                .value(
                        "the namespace %s, which is being removed, is gone".formatted(settings.namespace()),
                        this::namespacePhase,
                        phase -> !phase.equals("Terminating"));
        if (namespacePhase().isEmpty()) {
            kubectl.run("create", "namespace", settings.namespace());
            madeNamespace = true;
        }
        kubectl.run(
                "label",
                "--overwrite",
                "namespace",
                settings.namespace(),
                "pod-security.kubernetes.io/enforce=restricted");
        if (!settings.registryUser().isEmpty()) {
            kubectl.apply(kubectl.run(
                    "create",
                    "secret",
                    "docker-registry",
                    "private-registry",
                    "--docker-server=" + settings.registry().split("/", 2)[0],
                    "--docker-username=" + settings.registryUser(),
                    "--docker-password=" + settings.registryPassword(),
                    "--dry-run=client",
                    "--output",
                    "yaml"));
        }
        values = valuesOfAll();
    }

    private static void requireHelm(String program, String advice) throws IOException, InterruptedException {
        try {
            Command.of(program, "version", "--short").run();
        } catch (CommandFailedException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("%s cannot be run; %s".formatted(program, advice), e);
        }
    }

    private String valuesOfAll() throws IOException, InterruptedException {
        String ingressClass = settings.ingressClass().isEmpty()
                ? kubectl.run("get", "ingressclass", "--output", "jsonpath={.items[0].metadata.name}")
                : settings.ingressClass();
        String test = settings.testImage().isEmpty() ? "" : "tests: {image: \"%s\"}\n".formatted(settings.testImage());
        return "service: {type: NodePort}\ningress: {enabled: true, className: \"%s\"}\n%s"
                .formatted(ingressClass, test);
    }

    private String namespacePhase() throws IOException, InterruptedException {
        return kubectl.run(
                "get", "namespace", settings.namespace(), "--ignore-not-found", "--output", "jsonpath={.status.phase}");
    }

    private static void empty(Path folder) throws IOException, InterruptedException {
        Command.of("rm", "-rf", folder.toString()).run();
        Files.createDirectories(folder);
    }

    /** The release of a branch, whether it is deployed or not. */
    Release release(String branch) throws IOException, InterruptedException {
        Release release = releases.get(branch);
        if (release == null) {
            release = new Release(settings, make, kubectl, branch, names.of(branch), values, result);
            releases.put(branch, release);
        }
        return release;
    }

    String nodeAddress() throws IOException, InterruptedException {
        return settings.nodeAddress().isEmpty()
                ? kubectl.run(
                        "get",
                        "nodes",
                        "--output",
                        "jsonpath={.items[0].status.addresses[?(@.type==\"InternalIP\")].address}")
                : settings.nodeAddress();
    }

    String edgeAddress() throws IOException, InterruptedException {
        return settings.edgeAddress().isEmpty()
                ? kubectl.field("ingress/" + release(Stage.MAIN).name(), "{.status.loadBalancer.ingress[0].ip}")
                : settings.edgeAddress();
    }

    List<String> nodes() throws IOException, InterruptedException {
        return kubectl.fields("nodes", "", "{.metadata.name}");
    }

    /**
     * Makes the storage fail until {@link #recoverStorage} is called.
     *
     * @param fault arguments of the command {@code STORAGE_FAULT}
     */
    void failStorage(String... fault) throws IOException, InterruptedException {
        faulty = true;
        storageFault().and(fault).run();
    }

    void recoverStorage() throws IOException, InterruptedException {
        storageFault().and("recover").run();
        faulty = false;
    }

    private Command storageFault() {
        return settings.storageFault().orElseThrow().in(make.project());
    }

    /** Drains the pods of a release from a node, runs the action, and then uncordons the node. */
    void drain(String node, Release release, Stage.Action action) throws Exception {
        cordoned = node;
        kubectl.command()
                .and("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout", "3m")
                .and("--pod-selector", release.selector())
                .within(Duration.ofMinutes(4))
                .run();
        action.run();
        kubectl.run("uncordon", node);
        cordoned = null;
    }

    /** Recovers the storage and uncordons the node if an aborted case has not done so. */
    void recover() {
        if (faulty) {
            quietly(storageFault().and("recover"));
            faulty = false;
        }
        if (cordoned != null) {
            quietly(kubectl.command().and("uncordon", cordoned));
            cordoned = null;
        }
    }

    /** Prints the pods and the latest warnings of the namespace, and writes them to {@code cluster.log}. */
    void logState() {
        String pods = quietly(kubectl.command().and("get", "pods", "--output", "wide"));
        List<String> events = quietly(kubectl.command()
                        .and("get", "events", "--sort-by", ".lastTimestamp")
                        .and("--field-selector", "type=Warning,reason!=MissingClusterDNS"))
                .lines()
                .toList();
        String state = pods
                + String.join("\n", events.subList(Math.max(0, events.size() - EVENTS_SHOWN), events.size()))
                + "\n";
        System.out.println(state);
        try {
            Files.writeString(result.resolve("cluster.log"), state);
        } catch (IOException e) {
            System.out.println("the state of the cluster cannot be written to cluster.log: " + e);
        }
    }

    /** Uninstalls the releases, and removes the namespace if this run made it. */
    void remove(List<String> branches) {
        for (String branch : branches) {
            try {
                String name = names.of(branch);
                quietly(Command.of(settings.helm(), "uninstall", "--namespace", settings.namespace())
                        .and("--ignore-not-found", name));
                // A helm test that fails leaves its pod.
                quietly(kubectl.command().and("delete", "pod", name, "--ignore-not-found", "--wait=false"));
            } catch (IOException e) {
                System.out.println("the release of %s cannot be removed: %s".formatted(branch, e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        if (madeNamespace) {
            quietly(kubectl.command().and("delete", "namespace", settings.namespace(), "--wait=false"));
        }
    }

    /** Runs a command of the clean-up, and returns its output. Prints a failure and does not throw it. */
    private static String quietly(Command command) {
        try {
            Command.Completed completed = command.attempt();
            if (!completed.succeeded()) {
                System.out.println("during the clean-up: " + completed.all());
            }
            return completed.all();
        } catch (IOException e) {
            System.out.println("during the clean-up: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "";
    }
}
