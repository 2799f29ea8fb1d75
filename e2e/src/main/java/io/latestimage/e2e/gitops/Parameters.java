package io.latestimage.e2e.gitops;

import io.latestimage.e2e.Form;
import io.latestimage.e2e.process.Command;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The environment variables of {@code make e2e-gitops}; {@code docs/gitops.md} lists them.
 *
 * @param gitUrl {@code GIT_URL}, the Git server
 * @param gitUser {@code GIT_USER}, a user who may create repositories and users there
 * @param gitPassword {@code GIT_PASSWORD}, the password of that user
 * @param gitOrganisation {@code GIT_ORG}; the repository latest-image-e2e is created in it, and removed at the end
 * @param gitServer {@code GIT_SERVER}, a command that takes {@code stop} and {@code start}, and stops and starts the
 *     Git server; empty if the variable is {@code none}, which leaves the outage out
 * @param registry {@code REGISTRY}, the registry to push images to and pull them from
 * @param registryUser {@code REGISTRY_USER}, a user who may push there
 * @param registryPassword {@code REGISTRY_PASSWORD}, the password of that user
 * @param pushFlags {@code PUSH_FLAGS}, a variable of {@code make push}
 * @param edge {@code EDGE_IP}, the address of the Ingress for this machine
 * @param ingressClass {@code INGRESS_CLASS}; if empty, the first class of the cluster
 * @param stub {@code STUB_ADDRESS}, {@code ADDRESS[:PORT]} of this machine for Argo CD; if empty, the address from
 *     which this machine reaches the Git server, and a free port
 * @param helm {@code HELM}, the program {@code helm}, 3.17 or newer
 * @param result {@code RESULT}, the folder for the report, logs and generated files
 * @param form {@code FORM}, short or long
 * @param environment {@code ENVIRONMENT}, the user's text about the environment, for the report; may be empty
 */
record Parameters(
        URI gitUrl,
        String gitUser,
        String gitPassword,
        String gitOrganisation,
        Optional<Command> gitServer,
        String registry,
        String registryUser,
        String registryPassword,
        String pushFlags,
        String edge,
        String ingressClass,
        String stub,
        String helm,
        Path result,
        Form form,
        String environment) {
    /**
     * Reads the variables.
     *
     * @param project the folder to which a relative RESULT refers
     * @throws IllegalArgumentException if variables are missing; the message names all of them
     */
    static Parameters of(Map<String, String> variables, Path project) {
        String missing = Stream.of(
                        "GIT_URL: the Git server, such as https://gitea.example.com",
                        "GIT_USER: a user who may create repositories and users there",
                        "GIT_PASSWORD: the password of that user",
                        "GIT_ORG: an organisation there; the repository latest-image-e2e is created in it",
                        "GIT_SERVER: a command that takes stop and start. GIT_SERVER=none leaves the outage out",
                        "REGISTRY: a registry to push images to, such as registry.example.com/team",
                        "REGISTRY_USER: a user who may push there",
                        "REGISTRY_PASSWORD: the password of that user",
                        "EDGE_IP: the address of the Ingress for this machine")
                .filter(line ->
                        get(variables, line.substring(0, line.indexOf(':')), "").isEmpty())
                .reduce("", (all, line) -> all + "\n  " + line);
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("Set these environment variables:" + missing);
        }
        String gitServer = get(variables, "GIT_SERVER", "");
        return new Parameters(
                URI.create(get(variables, "GIT_URL", "").replaceFirst("/+$", "")),
                get(variables, "GIT_USER", ""),
                get(variables, "GIT_PASSWORD", ""),
                get(variables, "GIT_ORG", ""),
                gitServer.equals("none") ? Optional.empty() : Optional.of(Command.parse(gitServer)),
                get(variables, "REGISTRY", ""),
                get(variables, "REGISTRY_USER", ""),
                get(variables, "REGISTRY_PASSWORD", ""),
                get(variables, "PUSH_FLAGS", ""),
                get(variables, "EDGE_IP", ""),
                get(variables, "INGRESS_CLASS", ""),
                get(variables, "STUB_ADDRESS", ""),
                get(variables, "HELM", "helm"),
                project.resolve(get(variables, "RESULT", "target/e2e-gitops")),
                Form.parse(get(variables, "FORM", "short")),
                get(variables, "ENVIRONMENT", ""));
    }

    /** An empty variable counts as one that is not set. */
    private static String get(Map<String, String> variables, String name, String otherwise) {
        String value = variables.getOrDefault(name, "");
        return value.isBlank() ? otherwise : value;
    }
}
