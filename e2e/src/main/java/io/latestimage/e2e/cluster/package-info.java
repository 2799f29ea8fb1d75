/** The parts of {@code make e2e}: the releases on a cluster, the settings of the proof, and its report. */
@NullMarked
package io.latestimage.e2e.cluster;

import org.jspecify.annotations.NullMarked;
