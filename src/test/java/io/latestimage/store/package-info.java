/** Tests of the parts of the store, each by itself. */
@NullMarked
package io.latestimage.store;

import org.jspecify.annotations.NullMarked;
