/** The selection of cases, for all proofs on real systems: each case can run alone. */
@NullMarked
package io.latestimage.e2e.proof;

import org.jspecify.annotations.NullMarked;
