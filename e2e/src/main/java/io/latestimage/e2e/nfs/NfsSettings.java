package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Form;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The environment variables of {@code make e2e-nfs}; {@code docs/e2e-nfs.md} lists them.
 *
 * @param lab the command that has the machines
 * @param war the service
 * @param result folder for the report, the logs and what is copied to the machines
 * @param form how much is done
 * @param commit of the service, for the report
 * @param environment what the report says of the surroundings beside what it finds
 */
record NfsSettings(Lab lab, Path war, Path result, Form form, String commit, String environment) {
    /**
     * Reads the variables.
     *
     * @param project the folder that relative paths are in
     * @throws IllegalArgumentException with all that is wrong, a line each
     */
    static NfsSettings parse(Map<String, String> variables, Path project) {
        List<String> problems = new ArrayList<>();
        String lab = or(variables, "NFS_LAB", "");
        if (lab.isEmpty()) {
            problems.add("NFS_LAB is not set: expected a command that has the machines, see docs/e2e-nfs.md");
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
