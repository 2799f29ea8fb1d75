/** Tests of the parts of the store, each by itself, and of the whole store under faults. */
@NullMarked
package io.latestimage.store;

import org.jspecify.annotations.NullMarked;
