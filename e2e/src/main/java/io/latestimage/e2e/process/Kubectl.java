package io.latestimage.e2e.process;

import java.io.IOException;
import java.util.List;

/**
 * {@code kubectl} in one namespace of the current context.
 *
 * @param command {@code kubectl} with its option {@code --namespace}
 */
public record Kubectl(Command command) {
    /** {@code kubectl} in this namespace. */
    public static Kubectl in(String namespace) {
        return new Kubectl(Command.of("kubectl", "--namespace", namespace));
    }

    /** Runs {@code kubectl}, which must succeed, and returns its output. */
    public String run(String... arguments) throws IOException, InterruptedException {
        return command.and(arguments).run();
    }

    /** Runs {@code kubectl}, and returns its result, even if its exit status is not 0. */
    public Command.Completed attempt(String... arguments) throws IOException, InterruptedException {
        return command.and(arguments).attempt();
    }

    /**
     * Reads a field of one object.
     *
     * @param object the object, such as {@code deployment/NAME}
     * @param path the JSONPath of the field, such as {@code {.spec.replicas}}
     */
    public String field(String object, String path) throws IOException, InterruptedException {
        return run("get", object, "--output", "jsonpath=" + path);
    }

    /**
     * Reads fields of several objects. Returns a line for each object, sorted, without blank lines.
     *
     * @param kinds the kinds of object, such as {@code pods} or {@code service,ingress}
     * @param selector a label selector; empty for all objects
     * @param path the JSONPath of the fields of one object, such as {@code {.metadata.name}}
     */
    public List<String> fields(String kinds, String selector, String path) throws IOException, InterruptedException {
        String each = "jsonpath={range .items[*]}" + path + "{\"\\n\"}{end}";
        return run("get", kinds, "--selector", selector, "--output", each)
                .lines()
                .filter(line -> !line.isBlank())
                .sorted()
                .toList();
    }

    /** Creates or changes the objects of this manifest. */
    public void apply(String manifest) throws IOException, InterruptedException {
        command.and("apply", "--filename", "-").reading(manifest).run();
    }

    /** Whether no such object exists. Throws an exception if the API server does not answer. */
    public boolean hasNone(String... whatToGet) throws IOException, InterruptedException {
        return command.and("get")
                .and(whatToGet)
                .and("--ignore-not-found", "--output", "name")
                .run()
                .isEmpty();
    }
}
