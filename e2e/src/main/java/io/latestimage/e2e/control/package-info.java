/**
 * Negative controls: programs that do what the service must not do. A proof runs them on its machines, and must detect
 * that they are wrong.
 */
@NullMarked
package io.latestimage.e2e.control;

import org.jspecify.annotations.NullMarked;
