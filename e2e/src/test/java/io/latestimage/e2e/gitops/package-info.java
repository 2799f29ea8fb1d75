@org.jspecify.annotations.NullMarked
package io.latestimage.e2e.gitops;
