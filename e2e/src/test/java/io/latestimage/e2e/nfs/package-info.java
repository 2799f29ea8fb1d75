/** The proof on a real NFS: a class for each thing that is done to the service, its storage and the network. */
@NullMarked
package io.latestimage.e2e.nfs;

import org.jspecify.annotations.NullMarked;
