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
    /** Under which releases have their hosts. */
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
     * What was deployed.
     *
     * @param yaml values besides those of every release here
     */
    public record Revision(String image, List<String> yaml) {}

    /**
     * A release; {@link #deploy} makes it.
     *
     * @param values in YAML, which every release here has
     * @param folder for logs and values
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

    /** What was deployed with success, the latest last; none of what was rolled back. */
    public List<Revision> revisions() {
        return List.copyOf(revisions);
    }

    /** What runs now. */
    public Revision current() {
        return revisions.getLast();
    }

    /** Installs or upgrades it, and waits until that has ended. */
    public void deploy(String helm, Revision revision) throws IOException, InterruptedException {
        command(helm, revision, "3m").run();
        revisions.add(revision);
    }

    /** Tries the same with something that cannot become ready. */
    public Command.Completed deployInVain(String helm, Revision revision, Duration limit)
            throws IOException, InterruptedException {
        return command(helm, revision, limit.toSeconds() + "s").attempt();
    }

    /** Goes back to the revision before. */
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

    /** Uninstalls it, with its volume. */
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

    /** Fields of each pod, a line each. */
    public List<String> pods(String path) throws IOException, InterruptedException {
        return kubectl.fields("pods", selector(), path);
    }

    /** Which pods there are, and how often each was restarted. */
    public List<String> identities() throws IOException, InterruptedException {
        return pods("{.metadata.uid} {.status.containerStatuses[0].restartCount}");
    }

    /** Waits until as many pods as wanted are there, all ready and none terminating, of the latest change. */
    public void settle() throws Exception {
        Await.atMost(SETTLE_LIMIT)
                .every(POLL)
                .value("the pods of %s come to rest".formatted(name), this::state, State::isSettled);
    }

    private State state() throws IOException, InterruptedException {
        String[] fields = deployment("{.spec.replicas}/{.status.readyReplicas}/{.status.updatedReplicas}/"
                        + "{.status.availableReplicas}/{.metadata.generation}/{.status.observedGeneration}")
                .split("/", -1);
        return new State(List.of(fields), pods("{.metadata.name}").size());
    }

    /**
     * How far the Deployment is.
     *
     * @param fields wanted, ready, updated, available, generation, and the generation that the status is about
     * @param pods with those that are terminating
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
