/** Tests that start the service as a process of this machine, and what they need for it. */
@NullMarked
package io.latestimage.e2e.system;

import org.jspecify.annotations.NullMarked;
