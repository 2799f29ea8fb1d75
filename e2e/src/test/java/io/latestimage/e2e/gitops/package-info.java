/** The proof with Argo CD: each class of cases does one thing to branches, to Argo CD or to the Git server. */
@NullMarked
package io.latestimage.e2e.gitops;

import org.jspecify.annotations.NullMarked;
