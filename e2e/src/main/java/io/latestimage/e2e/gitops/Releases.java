package io.latestimage.e2e.gitops;

import io.latestimage.e2e.Images;
import io.latestimage.e2e.process.ReleaseNames;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The releases of all branches, one object each. For use by one thread. */
final class Releases {
    private final Parameters parameters;
    private final ReleaseNames names;
    private final ArgoCd argo;
    private final Images images = new Images(System.nanoTime());
    private final Map<String, Release> releases = new LinkedHashMap<>();

    Releases(Parameters parameters, ReleaseNames names, ArgoCd argo) {
        this.parameters = parameters;
        this.names = names;
        this.argo = argo;
    }

    /** The release of a branch. It need not exist yet. */
    Release of(String branch) throws IOException, InterruptedException {
        Release release = releases.get(branch);
        if (release == null) {
            release = new Release(
                    branch, names.of(branch), parameters.registry() + "/latest-image", parameters.edge(), argo, images);
            releases.put(branch, release);
        }
        return release;
    }
}
