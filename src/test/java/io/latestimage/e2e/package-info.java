/**
 * The load of {@code make e2e}: clients that never retry, a record of every answer, and a judgement of each phase. It
 * uses the JDK alone, and of the tests nothing but the check for linearizability.
 */
@NullMarked
package io.latestimage.e2e;

import org.jspecify.annotations.NullMarked;
