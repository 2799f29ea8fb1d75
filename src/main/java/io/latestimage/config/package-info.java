/** The settings, the time budgets that follow from them, and the build metadata. Depends on no other package. */
@NullMarked
package io.latestimage.config;

import org.jspecify.annotations.NullMarked;
