package io.latestimage.e2e.nfs;

import io.latestimage.e2e.RegisterHistory;
import java.io.IOException;
import java.util.Optional;

/** Control: looks that open, read and close a manifest, beside a process of that node that has it open for writing. */
record HeldOpenControl() implements Scenario {
    private static final String FILE = "/data/control-manifest";
    private static final int WRITES = 5;

    @Override
    public String name() {
        return "control: looks that open, read and close";
    }

    @Override
    public void run(Stage stage, Findings findings) throws Exception {
        stage.say(name());
        RegisterHistory history = new RegisterHistory();
        look(stage, history, 1);
        Optional<String> alone = history.violation();
        stage.first()
                .run("setsid sleep 600 7<>%s </dev/null >/dev/null 2>&1 & echo $! >/spool/holder.pid".formatted(FILE));
        try {
            look(stage, history, 1 + WRITES);
        } finally {
            stage.first().run("kill $(cat /spool/holder.pid); true");
        }
        Optional<String> besideWriter = history.violation();
        findings.check("alone they see the latest", alone, WRITES + " writes from the other client");
        findings.check(
                "beside a process that has the manifest open for writing they are found stale",
                besideWriter.isPresent(),
                besideWriter.orElse("not one of %d was stale".formatted(WRITES)));
    }

    /** Writes from one client and looks from the other, in turn. */
    private static void look(Stage stage, RegisterHistory history, int first) throws IOException, InterruptedException {
        for (int i = first; i < first + WRITES; i++) {
            String value = "generation %02d".formatted(i);
            long start = System.nanoTime();
            stage.second().run("printf '%s\\n' | dd of=%s conv=notrunc,fsync status=none".formatted(value, FILE));
            history.write(value, start, System.nanoTime());
            long looked = System.nanoTime();
            String seen = stage.first().run("cat " + FILE);
            history.read(seen, looked, System.nanoTime());
        }
    }
}
