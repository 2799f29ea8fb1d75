package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Kubectl;
import io.latestimage.e2e.process.Make;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The release of one branch on the cluster, deployed by {@code make deploy}. */
public final class Release {
    /** The domain of the hosts of all releases. */
    public static final String DOMAIN = "e2e.example.com";

    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Settings settings;
    private final Make make;
    private final Kubectl kubectl;
    private final String branch;
    private final String name;
    private final String values;
    private final Path folder;
    private final List<Revision> revisions = new ArrayList<>();

    /**
     * A revision of the release.
     *
     * @param image the image, with its tag
     * @param yaml lines of YAML with additional values of the chart
     */
    public record Revision(String image, List<String> yaml) {}

    /**
     * A release that is not deployed yet; {@link #deploy} deploys it.
     *
     * @param values the values of the chart for all revisions, in YAML
     * @param folder the folder for logs and files with values
     */
    public Release(
            Settings settings, Make make, Kubectl kubectl, String branch, String name, String values, Path folder) {
        this.settings = settings;
        this.make = make;
        this.kubectl = kubectl;
        this.branch = branch;
        this.name = name;
        this.values = values;
        this.folder = folder;
    }

    public String name() {
        return name;
    }

    public String host() {
        return name + "." + DOMAIN;
    }

    public String selector() {
        return "app.kubernetes.io/instance=%s,app.kubernetes.io/component=server".formatted(name);
    }

    /** The revisions that were deployed successfully, latest last. */
    public List<Revision> revisions() {
        return List.copyOf(revisions);
    }

    /** The current revision. */
    public Revision current() {
        return revisions.getLast();
    }

    /** Installs or upgrades the release, and waits until the rollout has ended. */
    public void deploy(String helm, Revision revision) throws IOException, InterruptedException {
        command(helm, revision, "3m").run();
        revisions.add(revision);
    }

    /** Tries to deploy a revision that cannot become ready. Returns the result of the failed command. */
    public Command.Completed deployInVain(String helm, Revision revision, Duration limit)
            throws IOException, InterruptedException {
        return command(helm, revision, limit.toSeconds() + "s").attempt();
    }

    /** Rolls back to the previous revision. */
    public void rollBack(String helm) throws IOException, InterruptedException {
        helm(helm, "rollback", name, "--wait", "--timeout", "3m");
        revisions.add(revisions.get(revisions.size() - 2));
    }

    /** Runs Helm in the release's namespace. */
    public void helm(String helm, String... arguments) throws IOException, InterruptedException {
        Command.of(helm, "--namespace", settings.namespace())
                .and(arguments)
                .within(Duration.ofMinutes(4))
                .loggedTo(log())
                .run();
    }

    /** Uninstalls the release and deletes its volume. */
    public void undeploy(String helm) throws IOException, InterruptedException {
        make.target("undeploy", Map.of("BRANCH", branch, "NAMESPACE", settings.namespace(), "HELM", helm))
                .loggedTo(log())
                .run();
    }

    private Command command(String helm, Revision revision, String timeout) throws IOException {
        Path file = folder.resolve(name + ".yaml");
        Files.writeString(file, values + String.join("\n", revision.yaml()) + "\n");
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("BRANCH", branch);
        variables.put("NAMESPACE", settings.namespace());
        variables.put("REGISTRY", settings.registry());
        variables.put("TAG", Settings.tag(revision.image()));
        variables.put("DOMAIN", DOMAIN);
        variables.put("HELM", helm);
        variables.put("VALUES", "helm/values-test.yaml " + file);
        variables.put("TIMEOUT", timeout);
        return make.target("deploy", variables).loggedTo(log());
    }

    private Path log() {
        return folder.resolve("commands.log");
    }

    /** A field of the Deployment. */
    public String deployment(String path) throws IOException, InterruptedException {
        return kubectl.field("deployment/" + name, path);
    }

    /** Fields of each pod: a line for each pod, sorted. */
    public List<String> pods(String path) throws IOException, InterruptedException {
        return kubectl.fields("pods", selector(), path);
    }

    /** The UID and the number of restarts of each pod, sorted. */
    public List<String> identities() throws IOException, InterruptedException {
        return pods("{.metadata.uid} {.status.containerStatuses[0].restartCount}");
    }

    /** Waits until the latest change is rolled out: all pods are updated and available, and none is terminating. */
    public void settle() throws Exception {
        Await.atMost(SETTLE_LIMIT)
                .every(POLL)
                .value("the rollout of %s is complete".formatted(name), this::state, State::isSettled);
    }

    private State state() throws IOException, InterruptedException {
        String[] fields = deployment("{.spec.replicas}/{.status.readyReplicas}/{.status.updatedReplicas}/"
                        + "{.status.availableReplicas}/{.metadata.generation}/{.status.observedGeneration}")
                .split("/", -1);
        return new State(List.of(fields), pods("{.metadata.name}").size());
    }

    /**
     * The progress of the Deployment.
     *
     * @param fields the numbers of wanted, ready, updated and available replicas, the generation, and the observed
     *     generation
     * @param pods the number of pods, including terminating ones
     */
    record State(List<String> fields, int pods) {
        boolean isSettled() {
            String wanted = fields.get(0);
            return !wanted.isEmpty()
                    && fields.subList(1, 4).stream().allMatch(wanted::equals)
                    && fields.get(4).equals(fields.get(5))
                    && wanted.equals(String.valueOf(pods));
        }

        @Override
        public String toString() {
            return "wanted %s, ready %s, updated %s, available %s, generation %s, observed %s, %d pods"
                    .formatted(
                            fields.get(0),
                            fields.get(1),
                            fields.get(2),
                            fields.get(3),
                            fields.get(4),
                            fields.get(5),
                            pods);
        }
    }
}
