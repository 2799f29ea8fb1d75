/** Runs the programs that a proof needs, such as {@code kubectl}, {@code helm} and {@code make}, as processes. */
@NullMarked
package io.latestimage.e2e.process;

import org.jspecify.annotations.NullMarked;
