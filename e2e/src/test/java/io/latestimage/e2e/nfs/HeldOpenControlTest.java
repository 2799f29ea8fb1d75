package io.latestimage.e2e.nfs;

import io.latestimage.e2e.RegisterHistory;
import io.latestimage.e2e.proof.ProofCase;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;

/**
 * Control: a reader opens, reads and closes a manifest each time. If another process on the same machine has the
 * manifest open for writing, the reader gets an outdated manifest.
 */
@NfsProof
@Order(30)
class HeldOpenControlTest {
    private static final String FILE = "/data/control-manifest";
    private static final int WRITES = 5;

    @ProofCase("control-held-open")
    @DisplayName("control: a reader that opens, reads and closes")
    void readsAnOutdatedManifest(Stage stage, Findings findings) throws Exception {
        RegisterHistory history = new RegisterHistory();
        readEachWrite(stage, history, 1);
        Optional<String> alone = history.violation();
        stage.first()
                .run("setsid sleep 600 7<>%s </dev/null >/dev/null 2>&1 & echo $! >/spool/holder.pid".formatted(FILE));
        try {
            readEachWrite(stage, history, 1 + WRITES);
        } finally {
            stage.first().run("kill $(cat /spool/holder.pid); true");
        }
        Optional<String> besideWriter = history.violation();
        findings.check("alone, the reader reads the latest manifest", alone, WRITES + " writes from the other client");
        findings.check(
                "beside a process that has the manifest open for writing, the reader reads a stale manifest",
                besideWriter.isPresent(),
                besideWriter.orElse("none of %d reads was stale".formatted(WRITES)));
    }

    /** Writes from one client and reads from the other, in turn. */
    private static void readEachWrite(Stage stage, RegisterHistory history, int first)
            throws IOException, InterruptedException {
        for (int i = first; i < first + WRITES; i++) {
            String value = "generation %02d".formatted(i);
            long start = System.nanoTime();
            stage.second().run("printf '%s\\n' | dd of=%s conv=notrunc,fsync status=none".formatted(value, FILE));
            history.write(value, start, System.nanoTime());
            long asked = System.nanoTime();
            String seen = stage.first().run("cat " + FILE);
            history.read(seen, asked, System.nanoTime());
        }
    }
}
