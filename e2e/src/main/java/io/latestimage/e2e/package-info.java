/**
 * The load: clients that never retry, a record of every answer, the check that the history of all answers is
 * linearizable, and a judgement of each phase. It has no dependency besides the JDK.
 */
@NullMarked
package io.latestimage.e2e;

import org.jspecify.annotations.NullMarked;
