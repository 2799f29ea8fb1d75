/** The settings. A leaf: it knows nothing else of this program. */
@NullMarked
package io.latestimage.config;

import org.jspecify.annotations.NullMarked;
