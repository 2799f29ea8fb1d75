/** Tests that start the service as a process on this machine, and the classes that they use for that. */
@NullMarked
package io.latestimage.e2e.system;

import org.jspecify.annotations.NullMarked;
