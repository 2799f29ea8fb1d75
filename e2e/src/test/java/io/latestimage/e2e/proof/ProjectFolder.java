package io.latestimage.e2e.proof;

import java.nio.file.Path;

/** The root folder of the repository. It has the project under test, and this project in {@code e2e/}. */
public final class ProjectFolder {
    private ProjectFolder() {}

    /**
     * Its absolute path. Maven sets the property {@code basedir} to {@code e2e/}; an IDE starts tests in that folder.
     */
    public static Path get() {
        return Path.of(System.getProperty("basedir", "."))
                .toAbsolutePath()
                .resolve("..")
                .normalize();
    }
}
