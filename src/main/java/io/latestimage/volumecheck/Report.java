package io.latestimage.volumecheck;

import java.io.IOException;
import java.io.PrintStream;

/** Prints a line for each check, as soon as it has ended. */
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
     * Makes a check, unless the volume was seen to hang: then whatever comes after would hang, too.
     *
     * @param what what it does, for the case that it fails
     * @param check what returns a sentence that says what it found to be good
     * @return whether it was
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

    /** The last line. */
    boolean end(String subject) {
        out.println(subject + (good ? " will do." : " will not do. What to change is said above."));
        out.flush();
        return good;
    }
}
