package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Form;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The environment variables of {@code make e2e-nfs}; {@code docs/e2e-nfs.md} lists them.
 *
 * @param lab the command that controls the machines
 * @param war the WAR of the service
 * @param result the folder for the report, the logs and the files that are copied to the machines
 * @param form short or long
 * @param commit the commit of the service, for the report
 * @param environment the user's text about the environment, for the report; may be empty
 */
record NfsSettings(Lab lab, Path war, Path result, Form form, String commit, String environment) {
    /**
     * Reads the variables.
     *
     * @param project the folder to which relative paths refer
     * @throws IllegalArgumentException if a variable is missing or wrong; the message has one line for each
     */
    static NfsSettings parse(Map<String, String> variables, Path project) {
        List<String> problems = new ArrayList<>();
        String lab = or(variables, "NFS_LAB", "");
        if (lab.isEmpty()) {
            problems.add("NFS_LAB is not set: expected a command that controls the machines, see docs/e2e-nfs.md");
        }
        Form form = Form.SHORT;
        try {
            form = Form.parse(or(variables, "FORM", "short"));
        } catch (IllegalArgumentException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return new NfsSettings(
                Lab.parse(lab),
                project.resolve(or(variables, "WAR", "target/latest-image.war")),
                project.resolve(or(variables, "RESULT", "target")),
                form,
                or(variables, "COMMIT", "unknown"),
                or(variables, "ENVIRONMENT", ""));
    }

    private static String or(Map<String, String> variables, String name, String otherwise) {
        String value = variables.getOrDefault(name, "").strip();
        return value.isEmpty() ? otherwise : value;
    }
}
