package io.latestimage.volumecheck;

import java.io.IOException;
import java.io.PrintStream;

/** Prints a line for each check as soon as the check has ended. */
final class Report {
    private final Deadline deadline;
    private final PrintStream out;
    private boolean good = true;
    private boolean hangs;

    Report(Deadline deadline, PrintStream out) {
        this.deadline = deadline;
        this.out = out;
    }

    /**
     * Runs a check, unless an earlier check found that the volume hangs: all later checks would hang, too.
     *
     * @param what names the check in the report if it fails
     * @param check returns a sentence for the report if it succeeds
     * @return whether it succeeded
     */
    boolean check(String what, Deadline.Operation<String> check) {
        return check(what, deadline, check);
    }

    boolean check(String what, Deadline atMost, Deadline.Operation<String> check) {
        if (hangs) {
            return false;
        }
        try {
            out.println("ok       " + atMost.run(check));
            return true;
        } catch (IOException e) {
            hangs = e instanceof Deadline.Missed;
            problem(e instanceof Obstacle ? Explanation.of(e) : what + ": " + Explanation.of(e));
            return false;
        }
    }

    void problem(String sentence) {
        good = false;
        out.println("problem  " + sentence);
        out.flush();
    }

    /** Prints the last line. Returns whether all checks have succeeded. */
    boolean end(String subject) {
        out.println(subject + (good ? " is suitable." : " is not suitable. The lines above say what to change."));
        out.flush();
        return good;
    }
}
