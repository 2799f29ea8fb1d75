/** What the proofs on real systems have in common: each case can be run alone. */
@NullMarked
package io.latestimage.e2e.proof;

import org.jspecify.annotations.NullMarked;
