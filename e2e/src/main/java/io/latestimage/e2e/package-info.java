/**
 * The load: clients that never retry, a record of every answer, the check that the history of all answers is
 * linearizable, and a judgement of each phase. It uses the JDK alone.
 */
@NullMarked
package io.latestimage.e2e;

import org.jspecify.annotations.NullMarked;
