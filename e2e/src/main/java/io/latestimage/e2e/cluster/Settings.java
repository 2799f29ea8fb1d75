package io.latestimage.e2e.cluster;

import io.latestimage.e2e.Form;
import io.latestimage.e2e.UploadWay;
import io.latestimage.e2e.process.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The environment variables of {@code make e2e}; {@code docs/e2e.md} lists them. A variable that is neither set nor
 * explicitly left out is an error.
 *
 * @param imageFrom the image that is deployed first
 * @param imageTo another build of that image, in the same registry
 * @param uploads how the load uploads; an image that does not know {@code PUT /image} yet needs forms
 * @param namespace the namespace of the releases; it is created if it is missing
 * @param registryUser the user of the pull secret; if empty, there is no pull secret
 * @param registryPassword the password of that user
 * @param nodeAddress the address of a node for this machine; if empty, it is read from the cluster
 * @param edgeAddress the address of the Ingress for this machine; if empty, it is read from the cluster
 * @param ingressClass the class of the Ingress; if empty, the first class of the cluster
 * @param testImage the image for {@code helm test}; if empty, that of the chart
 * @param helm the program {@code helm}
 * @param otherHelm another version of Helm, used in turn; empty if it is left out
 * @param storageFault a command that makes the storage fail; empty if these phases are left out
 * @param killPod a command that sends SIGKILL to a pod; if empty, {@code kubectl delete --force}
 * @param result the folder for the report
 * @param leastRate the least average of requests per second; a run with fewer has shown nothing, and fails
 * @param form short or long
 * @param environment the user's text about the environment, for the report; may be empty
 */
public record Settings(
        String imageFrom,
        String imageTo,
        Set<UploadWay> uploads,
        String namespace,
        String registryUser,
        String registryPassword,
        String nodeAddress,
        String edgeAddress,
        String ingressClass,
        String testImage,
        String helm,
        Optional<String> otherHelm,
        Optional<Command> storageFault,
        Optional<Command> killPod,
        Path result,
        int leastRate,
        Form form,
        String environment) {
    private static final Pattern IMAGE = Pattern.compile("(?<registry>.+)/latest-image:(?<tag>[\\w.-]+)");
    private static final String NONE = "none";

    /**
     * Reads the variables.
     *
     * @throws IllegalArgumentException if variables are missing or wrong; the message has one line for each
     */
    public static Settings parse(Map<String, String> variables) {
        Reader read = new Reader(variables, new ArrayList<>());
        String storageFault =
                read.needed("STORAGE_FAULT", "a command that makes the storage fail; STORAGE_FAULT=none leaves it out");
        String otherHelm = read.or("HELM_4", "helm4");
        String killPod = read.or("KILL_POD", "");
        Settings settings = new Settings(
                read.image("IMAGE_FROM"),
                read.image("IMAGE_TO"),
                read.uploads(),
                read.or("NAMESPACE", "latest-image-e2e"),
                read.or("REGISTRY_USER", ""),
                read.or("REGISTRY_PASSWORD", ""),
                read.or("NODE_IP", ""),
                read.or("EDGE_IP", ""),
                read.or("INGRESS_CLASS", ""),
                read.or("TEST_IMAGE", ""),
                read.or("HELM", "helm"),
                otherHelm.equals(NONE) ? Optional.empty() : Optional.of(otherHelm),
                storageFault.isEmpty() || storageFault.equals(NONE)
                        ? Optional.empty()
                        : Optional.of(Command.parse(storageFault)),
                killPod.isEmpty() ? Optional.empty() : Optional.of(Command.parse(killPod)),
                Path.of(read.or("RESULT", "target/e2e")),
                read.number("LEAST_RATE", 100),
                read.form(),
                read.or("ENVIRONMENT", ""));
        read.sameRegistry(settings.imageFrom(), settings.imageTo());
        if (!read.problems().isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", read.problems()));
        }
        return settings;
    }

    /** The registry of both images. */
    public String registry() {
        return part(imageFrom, "registry");
    }

    /** The tag of an image. */
    static String tag(String image) {
        return part(image, "tag");
    }

    private static String part(String image, String group) {
        var matcher = IMAGE.matcher(image);
        return matcher.matches() ? matcher.group(group) : "";
    }

    private record Reader(Map<String, String> variables, List<String> problems) {
        String or(String name, String otherwise) {
            String value = variables.getOrDefault(name, "").strip();
            return value.isEmpty() ? otherwise : value;
        }

        String needed(String name, String what) {
            String value = or(name, "");
            if (value.isEmpty()) {
                problems.add("%s is not set: expected %s".formatted(name, what));
            }
            return value;
        }

        String image(String name) {
            String value = needed(name, "an image such as registry.example.com/latest-image:1");
            if (!value.isEmpty() && !IMAGE.matcher(value).matches()) {
                problems.add("%s: expected REGISTRY/latest-image:TAG, got \"%s\"".formatted(name, value));
            }
            return value;
        }

        void sameRegistry(String from, String to) {
            String first = part(from, "registry");
            String second = part(to, "registry");
            if (!first.isEmpty() && !second.isEmpty() && !first.equals(second)) {
                problems.add("IMAGE_FROM and IMAGE_TO: expected one registry, got \"%s\" and \"%s\""
                        .formatted(first, second));
            }
        }

        int number(String name, int otherwise) {
            String value = or(name, String.valueOf(otherwise));
            if (value.matches("[1-9]\\d{0,5}")) {
                return Integer.parseInt(value);
            }
            problems.add("%s: expected a number from 1 to 999999, got \"%s\"".formatted(name, value));
            return otherwise;
        }

        Set<UploadWay> uploads() {
            try {
                return UploadWay.parse(or("UPLOADS", "form,put"));
            } catch (IllegalArgumentException e) {
                problems.add("UPLOADS: " + e.getMessage());
                return Set.of(UploadWay.FORM);
            }
        }

        Form form() {
            try {
                return Form.parse(or("FORM", "short"));
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
                return Form.SHORT;
            }
        }
    }
}
