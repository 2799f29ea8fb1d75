@NullMarked
package io.latestimage.config;

import org.jspecify.annotations.NullMarked;
