/** Settings, the embedded server, and the life of the process. */
@NullMarked
package io.latestimage;

import org.jspecify.annotations.NullMarked;
