/**
 * The parts of {@code make e2e-gitops}: a developer's clone, CI, Argo CD, a Git server and the releases of branches.
 * Each is a class that runs the real programs. The cases are JUnit classes in the tests.
 */
@NullMarked
package io.latestimage.e2e.gitops;

import org.jspecify.annotations.NullMarked;
