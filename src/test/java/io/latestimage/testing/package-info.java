@NullMarked
package io.latestimage.testing;

import org.jspecify.annotations.NullMarked;
