package io.latestimage.e2e.proof;

import java.nio.file.Path;

/** The folder of the project under test, which holds the one of this project. */
public final class ProjectFolder {
    private ProjectFolder() {}

    /** Its absolute path; Maven sets the property {@code basedir}, and an IDE starts tests in the same folder. */
    public static Path get() {
        return Path.of(System.getProperty("basedir", "."))
                .toAbsolutePath()
                .resolve("..")
                .normalize();
    }
}
