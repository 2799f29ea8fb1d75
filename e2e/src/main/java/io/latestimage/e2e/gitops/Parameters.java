package io.latestimage.e2e.gitops;

import io.latestimage.e2e.Form;
import io.latestimage.e2e.process.Command;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the proof is told, by environment variables.
 *
 * @param gitUrl {@code GIT_URL}, the Git server
 * @param gitUser {@code GIT_USER}, who may make repositories and users there
 * @param gitPassword {@code GIT_PASSWORD}, of that user
 * @param gitOrganisation {@code GIT_ORG}; the repository latest-image-e2e is made in it, and removed at the end
 * @param gitServer {@code GIT_SERVER}, a command that takes stop and start, and has the Git server do so; empty for
 *     {@code none}, which leaves the outage out
 * @param registry {@code REGISTRY}, where images are pushed to and pulled from
 * @param registryUser {@code REGISTRY_USER}
 * @param registryPassword {@code REGISTRY_PASSWORD}
 * @param pushFlags {@code PUSH_FLAGS}, as {@code make push} takes them
 * @param edge {@code EDGE_IP}, the Ingress as this machine reaches it
 * @param ingressClass {@code INGRESS_CLASS}; the cluster's first where it is empty
 * @param stub {@code STUB_ADDRESS}, ADDRESS[:PORT] of this machine as Argo CD reaches it; by default that from which
 *     this machine reaches the Git server, and a free port
 * @param helm {@code HELM}, the program, 3.17 or newer
 * @param result {@code RESULT}, the folder for what is made on the way
 * @param form {@code FORM}
 * @param environment {@code ENVIRONMENT}, what the report says of the machine and the network, as given
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
     * Reads them all.
     *
     * @param project the folder to which a relative RESULT refers
     * @throws IllegalArgumentException that names all that are missing
     */
    static Parameters of(Map<String, String> variables, Path project) {
        String missing = Stream.of(
                        "GIT_URL: the Git server, such as https://gitea.example.com",
                        "GIT_USER: who may make repositories and users there",
                        "GIT_PASSWORD: of that user",
                        "GIT_ORG: an organisation there; the repository latest-image-e2e is made in it",
                        "GIT_SERVER: a command that takes stop and start. GIT_SERVER=none goes without an outage",
                        "REGISTRY: where images are pushed to, such as registry.example.com/team",
                        "REGISTRY_USER: who may push there",
                        "REGISTRY_PASSWORD: of that user",
                        "EDGE_IP: the address of the Ingress, as this machine reaches it")
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
