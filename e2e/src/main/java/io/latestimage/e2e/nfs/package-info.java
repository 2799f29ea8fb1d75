/**
 * {@code make e2e-nfs}: the proof that the service keeps its promises on a real NFS, on machines that are slowed down,
 * cut off, filled up and unplugged.
 */
@NullMarked
package io.latestimage.e2e.nfs;

import org.jspecify.annotations.NullMarked;
