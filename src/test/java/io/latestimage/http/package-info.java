/** Tests of what needs no server to be tested. */
@NullMarked
package io.latestimage.http;

import org.jspecify.annotations.NullMarked;
