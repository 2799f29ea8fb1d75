package io.latestimage.e2e.nfs;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.control.RenameStore;
import io.latestimage.e2e.proof.ProofCase;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;

/**
 * Control: a store replaces the image by renaming. For one such rename, an NFS client sends the server two requests. A
 * store that is killed between them loses an acknowledged image.
 */
@NfsProof
@Order(80)
class RenameControlTest {
    private static final String FOLDER = "/data/control-rename";
    private static final String FOLDER_ON_SERVER = "/srv/data/control-rename";
    private static final Duration ANSWERS = Duration.ofMillis(1_500);

    @ProofCase("control-rename")
    @DisplayName("control: a store that renames")
    void losesWhatItAcknowledged(Stage stage, Findings findings) throws Exception {
        stage.first().run("mkdir -p " + FOLDER);
        stage.first()
                .run("cd /spool; setsid %s >/spool/rename.log 2>&1 </dev/null & echo $! >/spool/rename.pid"
                        .formatted(Kit.control(RenameStore.class, FOLDER)));
        boolean between;
        String acknowledged;
        try {
            Await.until(
                    "the store that renames has acknowledged uploads",
                    Stage.RECOVERY_LIMIT,
                    () -> stage.first().succeeds("grep -q 'acknowledged 3' /spool/rename.log"));
            stage.server().slowTo(stage.first(), ANSWERS);
            between = stage.server()
                    .succeeds(
                            ("cd %s; end=$((SECONDS + 120)); while ((SECONDS < end)); do [ ! -e image ] && ls .nfs* >/dev/null 2>&1 && exit 0;"
                                            + " done; exit 1")
                                    .formatted(FOLDER_ON_SERVER));
            stage.first().run("kill -9 $(cat /spool/rename.pid); true");
        } finally {
            stage.server().slow(Duration.ZERO);
        }
        Await.until(
                "the process has ended",
                Stage.RECOVERY_LIMIT,
                () -> !stage.first().succeeds("kill -0 $(cat /spool/rename.pid) 2>/dev/null"));
        acknowledged = stage.first().run("tail -n 1 /spool/rename.log");
        boolean lost = !stage.server().succeeds("test -e %s/image".formatted(FOLDER_ON_SERVER));
        findings.check(
                "killed while the server has no image, the store loses an image that it acknowledged",
                between && lost,
                "%s, and then %s".formatted(acknowledged, lost ? "there was no image" : "there was an image"));
    }
}
