package io.latestimage.e2e.cluster;

import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The environment of a proof, for its report: properties that were read from the machine and the cluster, and the text
 * of the user.
 *
 * @param found the properties, by name
 * @param given the user's text about the environment, such as which parts are simulated; may be empty
 */
public record Environment(Map<String, String> found, String given) {
    private static final Pattern RUNNING_VERSION =
            Pattern.compile("\"serverVersion\".*?\"gitVersion\": \"([^\"]*)\"", Pattern.DOTALL);

    /** Reads the properties of this machine and of the cluster. */
    public static Environment find(Kubectl kubectl, String given) throws IOException, InterruptedException {
        Map<String, String> found = new LinkedHashMap<>();
        found.put("machine", machine());
        found.put("Kubernetes", kubernetes(kubectl));
        found.put("nodes", nodes(kubectl));
        found.put("Ingress", lines(kubectl, "ingressclasses", "{.metadata.name} ({.spec.controller})", "no class"));
        found.put("network", lines(kubectl, "--all-namespaces daemonsets", "{.metadata.name}", "no DaemonSet"));
        found.put("storage", lines(kubectl, "storageclasses", "{.metadata.name} ({.provisioner})", "no class"));
        return new Environment(found, given);
    }

    /** The processors, memory and operating system of this machine. */
    public static String machine() {
        return "%d processors, %s, %s %s; it ran the load as well"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        memory(),
                        System.getProperty("os.name", "system unknown"),
                        System.getProperty("os.version", ""));
    }

    private static String memory() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemTotal:")) {
                    long kilobytes = Long.parseLong(line.replaceAll("\\D", ""));
                    return "%d GiB of memory".formatted(Math.round(kilobytes / 1024.0 / 1024.0));
                }
            }
        } catch (IOException e) {
            // Not Linux.
        }
        return "memory unknown";
    }

    private static String kubernetes(Kubectl kubectl) throws IOException, InterruptedException {
        Matcher version = RUNNING_VERSION.matcher(kubectl.run("version", "--output", "json"));
        return version.find() ? version.group(1) : "version unknown";
    }

    private static String nodes(Kubectl kubectl) throws IOException, InterruptedException {
        List<String> each = kubectl.fields(
                "nodes", "", "{.status.nodeInfo.containerRuntimeVersion}, {.status.nodeInfo.kernelVersion}");
        return each.size() + ", with "
                + each.stream().distinct().collect(Collectors.joining("; ")).replace(", ", ", kernel ");
    }

    private static String lines(Kubectl kubectl, String what, String path, String otherwise)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("get"));
        words.addAll(List.of(what.split(" ")));
        words.addAll(List.of("--output", "jsonpath={range .items[*]}" + path + "{\"\\n\"}{end}"));
        Command.Completed answer = kubectl.attempt(words.toArray(String[]::new));
        String text = answer.output().strip().lines().sorted().collect(Collectors.joining(", "));
        return !answer.succeeded() ? "unknown, because the command failed" : text.isEmpty() ? otherwise : text;
    }

    /** The environment as a list in Markdown. */
    public String markdown() {
        String list = found.entrySet().stream()
                .map(entry -> "- %s: %s\n".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining());
        return list + "- stated by the user: "
                + (given.isEmpty() ? "nothing; `ENVIRONMENT` can say which parts are simulated" : given)
                + "\n";
    }
}
