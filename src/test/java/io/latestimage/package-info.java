/** Tests of the command line, and of the rules for the sources. */
@NullMarked
package io.latestimage;

import org.jspecify.annotations.NullMarked;
