/** The proof on a real NFS. Each class of cases disturbs the service, its storage or the network in one way. */
@NullMarked
package io.latestimage.e2e.nfs;

import org.jspecify.annotations.NullMarked;
