@NullMarked
package io.latestimage.control;

import org.jspecify.annotations.NullMarked;
