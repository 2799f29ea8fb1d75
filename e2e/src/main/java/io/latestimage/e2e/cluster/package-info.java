/** {@code make e2e}: releases on a cluster, what a proof on one needs to know, and its report. */
@NullMarked
package io.latestimage.e2e.cluster;

import org.jspecify.annotations.NullMarked;
