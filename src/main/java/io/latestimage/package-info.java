/** The command line: starts the service as a process. */
@NullMarked
package io.latestimage;

import org.jspecify.annotations.NullMarked;
