/** The proof on a cluster: a class for each thing that is done to a release, while the load goes on. */
@NullMarked
package io.latestimage.e2e.cluster;

import org.jspecify.annotations.NullMarked;
