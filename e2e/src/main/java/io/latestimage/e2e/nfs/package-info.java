/**
 * The parts of {@code make e2e-nfs}, the proof that the service keeps its promises on a real NFS: the machines, the
 * replicas on them, the traffic, and the report. The cases are JUnit classes in the tests.
 */
@NullMarked
package io.latestimage.e2e.nfs;

import org.jspecify.annotations.NullMarked;
