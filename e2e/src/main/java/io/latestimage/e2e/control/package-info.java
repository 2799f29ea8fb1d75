/**
 * Programs that do what the service must not do, to show that the proofs see it. They run on the machines of a proof.
 */
@NullMarked
package io.latestimage.e2e.control;

import org.jspecify.annotations.NullMarked;
