package io.latestimage.e2e.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The release names of branches. {@code scripts/release-name} computes them. */
public final class ReleaseNames {
    private final Path project;
    private final Map<String, String> known = new ConcurrentHashMap<>();

    /**
     * Uses the script of this project.
     *
     * @param project the folder of the project
     */
    public ReleaseNames(Path project) {
        this.project = project;
    }

    /** The release name of a branch. */
    public String of(String branch) throws IOException, InterruptedException {
        String name = known.get(branch);
        if (name == null) {
            name = Command.of(project.resolve("scripts/release-name").toString(), branch)
                    .in(project)
                    .run();
            known.put(branch, name);
        }
        return name;
    }
}
