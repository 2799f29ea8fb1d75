package io.latestimage.e2e.process;

import java.io.IOException;
import java.util.List;

/**
 * {@code kubectl} in one namespace of the current context.
 *
 * @param command with the namespace
 */
public record Kubectl(Command command) {
    /** In this namespace. */
    public static Kubectl in(String namespace) {
        return new Kubectl(Command.of("kubectl", "--namespace", namespace));
    }

    /** Runs it; it must succeed. What it wrote is returned. */
    public String run(String... arguments) throws IOException, InterruptedException {
        return command.and(arguments).run();
    }

    /** Runs it, whatever its exit status is. */
    public Command.Completed attempt(String... arguments) throws IOException, InterruptedException {
        return command.and(arguments).attempt();
    }

    /**
     * Asks for a field of one object.
     *
     * @param object such as {@code deployment/NAME}
     * @param path as {@code --output jsonpath=} takes it, such as {@code {.spec.replicas}}
     */
    public String field(String object, String path) throws IOException, InterruptedException {
        return run("get", object, "--output", "jsonpath=" + path);
    }

    /**
     * Asks for fields of each of several objects, a line each, sorted.
     *
     * @param kinds such as {@code pods} or {@code service,ingress}
     * @param selector of labels; empty for all
     * @param path for each of them, such as {@code {.metadata.name}}
     */
    public List<String> fields(String kinds, String selector, String path) throws IOException, InterruptedException {
        String each = "jsonpath={range .items[*]}" + path + "{\"\\n\"}{end}";
        return run("get", kinds, "--selector", selector, "--output", each)
                .lines()
                .filter(line -> !line.isBlank())
                .sorted()
                .toList();
    }

    /** Makes or changes the objects of this manifest. */
    public void apply(String manifest) throws IOException, InterruptedException {
        command.and("apply", "--filename", "-").reading(manifest).run();
    }

    /** Whether nothing of the kind is there; an API server that does not answer does not count as that. */
    public boolean hasNone(String... whatToGet) throws IOException, InterruptedException {
        return command.and("get")
                .and(whatToGet)
                .and("--ignore-not-found", "--output", "name")
                .run()
                .isEmpty();
    }
}
