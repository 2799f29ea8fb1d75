@NullMarked
package io.latestimage.image;

import org.jspecify.annotations.NullMarked;
