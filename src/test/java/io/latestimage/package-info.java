/** Tests of the whole service over real sockets, and what they have in common. */
@NullMarked
package io.latestimage;

import org.jspecify.annotations.NullMarked;
