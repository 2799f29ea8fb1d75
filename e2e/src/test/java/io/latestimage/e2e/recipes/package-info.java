/** Tests that do what the pages in {@code docs/recipes} say, and the classes that they use for that. */
@NullMarked
package io.latestimage.e2e.recipes;

import org.jspecify.annotations.NullMarked;
