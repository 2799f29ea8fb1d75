/** The one image: on the shared volume, and as a private copy that is served. */
@NullMarked
package io.latestimage.store;

import org.jspecify.annotations.NullMarked;
