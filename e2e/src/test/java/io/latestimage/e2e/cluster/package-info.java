/** The proof on a cluster: each class does one thing to a release under load, and judges the answers. */
@NullMarked
package io.latestimage.e2e.cluster;

import org.jspecify.annotations.NullMarked;
