package io.latestimage.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Images;
import io.latestimage.e2e.OneImageServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The proof recognises the state of a release. */
class ReleaseTest {
    @ParameterizedTest
    @CsvSource({
        // wanted/ready/updated/available/generation/observed, pods, whether that is settled
        "3/3/3/3/7/7, 3, true",
        "3/2/3/2/7/7, 3, false", // one is not ready
        "3/3/2/3/7/7, 3, false", // one has the previous revision
        "3/3/3/2/7/7, 3, false", // one is not available
        "3/3/3/3/8/7, 3, false", // the latest change has not been seen
        "3/3/3/3/7/7, 4, false", // one is terminating
        "3/////7/7,   0, false", // none is there
        "'',          0, false", // there is no Deployment
    })
    void isSettledWhenAllPodsAreReadyAndNoneIsTerminating(String fields, int pods, boolean settled) {
        List<String> split = List.of((fields.isEmpty() ? "/////" : fields.replace("/////", "////")).split("/", -1));
        assertThat(new Release.State(split, pods).isSettled()).isEqualTo(settled);
    }

    @Test
    void reportsAReleaseThatDoesNotReturnItsOwnImage() throws Exception {
        Images images = new Images(1);
        try (OneImageServer server = new OneImageServer()) {
            ReleaseClient client = new ReleaseClient(server.target(), images);
            client.uploadOwn();
            assertThat(client.problemWithOwn()).isEmpty();
            new ReleaseClient(server.target(), images).uploadOwn();
            assertThat(client.problemWithOwn())
                    .hasValueSatisfying(text -> assertThat(text).contains("returns another image"));
            client.uploadOwn();
            server.fail();
            assertThat(client.problemWithOwn())
                    .hasValueSatisfying(text -> assertThat(text).contains("503"));
        }
    }
}
