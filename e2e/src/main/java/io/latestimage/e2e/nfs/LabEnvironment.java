package io.latestimage.e2e.nfs;

import io.latestimage.e2e.cluster.Environment;
import io.latestimage.e2e.process.Command;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the properties of the lab's machines, for the report. */
final class LabEnvironment {
    /** Prints kernel, processors and memory in one line. */
    private static final String MACHINE = "echo \"$(uname -sr), $(nproc) x"
            + " $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1),"
            + " $(($(sed -n 's/^MemTotal: *\\([0-9]*\\).*/\\1/p' /proc/meminfo) / 1024)) MiB of memory\"";

    private static final String EXPORTED = "grep ' /srv/data ' /proc/mounts | cut -d ' ' -f 3";
    private static final String MOUNT = "grep ' /data ' /proc/mounts | cut -d ' ' -f 3,4";
    private static final String LEASE = "cat /proc/fs/nfsd/nfsv4leasetime";

    private LabEnvironment() {}

    /**
     * Reads the properties of this machine, of the server and of one client.
     *
     * @param given the user's text about the environment, such as which parts are simulated; may be empty
     */
    static Environment find(Machine server, Machine client, String given) throws IOException, InterruptedException {
        Map<String, String> found = new LinkedHashMap<>();
        found.put("machine", Environment.machine());
        found.put("NFS server", ask(server, MACHINE));
        found.put("its file system", ask(server, EXPORTED));
        found.put("its lease", ask(server, LEASE) + " s");
        found.put("clients, each", ask(client, MACHINE));
        found.put("their mount", ask(client, MOUNT));
        return new Environment(found, given);
    }

    private static String ask(Machine machine, String question) throws IOException, InterruptedException {
        Command.Completed answer = machine.lab().attempt("exec", machine.name(), question);
        String text = answer.output().strip();
        return answer.succeeded() && !text.isEmpty() ? text : "unknown, because the command failed";
    }
}
