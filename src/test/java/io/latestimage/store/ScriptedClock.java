package io.latestimage.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Makes operations fail on demand, and records all operations. For use by one thread. */
final class ScriptedClock extends OperationClock {
    private final List<String> operations = new ArrayList<>();
    private BiPredicate<Operation, String> failing = (_, _) -> false;
    private int failures;
    private Errno errno = Errno.EIO;
    private @Nullable Runnable before;

    /** Such as {@code WRITE latest}. */
    List<String> operations() {
        return operations;
    }

    /** The operations of one kind on the manifest. */
    static BiPredicate<Operation, String> onManifest(Operation which) {
        return (operation, name) -> operation == which && name.equals(Volume.MANIFEST);
    }

    /** Makes the next operations of a kind fail. */
    void fail(int count, Errno with, BiPredicate<Operation, String> which) {
        failing = which;
        failures = count;
        errno = with;
    }

    /** Runs something once, just before the next operation of a kind. That operation does not fail. */
    void insert(BiPredicate<Operation, String> which, Runnable what) {
        fail(1, Errno.EIO, which);
        before = what;
    }

    @Override
    <T> T run(Operation operation, String name, Call<T> call) throws IOException {
        operations.add((operation + " " + name).strip());
        if (failures == 0 || !failing.test(operation, name)) {
            return call.call();
        }
        failures--;
        Runnable inserted = before;
        if (inserted != null) {
            before = null;
            inserted.run();
            return call.call();
        }
        if (operation == Operation.CLOSE) {
            call.call(); // a close that fails has closed the file
        }
        throw new IOException(FaultInjection.text(errno));
    }
}
