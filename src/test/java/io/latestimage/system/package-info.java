@NullMarked
package io.latestimage.system;

import org.jspecify.annotations.NullMarked;
