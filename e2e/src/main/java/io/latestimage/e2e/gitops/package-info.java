/**
 * What {@code make e2e-gitops} needs: a developer's clone, CI, Argo CD, a Git server and the releases of branches, each
 * as an object that runs the real programs. The cases themselves are JUnit classes in the tests.
 */
@NullMarked
package io.latestimage.e2e.gitops;

import org.jspecify.annotations.NullMarked;
