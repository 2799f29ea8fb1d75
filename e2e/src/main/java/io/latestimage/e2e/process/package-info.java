/** The programs that a proof drives: {@code kubectl}, {@code helm}, {@code make} and any other, as processes. */
@NullMarked
package io.latestimage.e2e.process;

import org.jspecify.annotations.NullMarked;
