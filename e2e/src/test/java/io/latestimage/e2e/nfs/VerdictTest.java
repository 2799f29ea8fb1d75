package io.latestimage.e2e.nfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.proof.ProofCase;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Order;

/** Writes the report, and fails if any check of any case does not hold. */
@NfsProof(mountsItself = true)
@Order(900)
class VerdictTest {
    @ProofCase(value = "verdict", always = true)
    void allHolds(NfsRun run) throws IOException {
        List<String> problems = run.writeReport();
        assertThat(problems).isEmpty();
    }
}
