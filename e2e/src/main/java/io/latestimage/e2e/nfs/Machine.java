package io.latestimage.e2e.nfs;

import java.io.IOException;
import java.time.Duration;

/**
 * One machine of the lab.
 *
 * @param lab the lab that controls the machine
 * @param name the name of the machine in the lab
 * @param address the address for the other machines, and for commands that the lab runs with {@code host}
 */
record Machine(Lab lab, String name, String address) {
    /** A hardware address that no machine has. Packets to it are lost. */
    private static final String NOBODY = "02:00:00:00:00:99";

    /** Runs a shell command on the machine, which must succeed, and returns its output. */
    String run(String command) throws IOException, InterruptedException {
        return lab.run("exec", name, command);
    }

    /** Runs a shell command on the machine. Returns whether it succeeds. */
    boolean succeeds(String command) throws IOException, InterruptedException {
        return lab.attempt("exec", name, command).succeeded();
    }

    /** Drops all packets to and from the machine. */
    void cut() throws IOException, InterruptedException {
        lab.run("cut", name);
    }

    /** Ends {@link #cut}. */
    void join() throws IOException, InterruptedException {
        lab.run("join", name);
    }

    /** Silently drops all packets between this machine and another one. All other machines still reach both. */
    void cutFrom(Machine other) throws IOException, InterruptedException {
        run("ip neigh replace %s lladdr %s nud permanent dev eth0".formatted(other.address, NOBODY));
        other.run("ip neigh replace %s lladdr %s nud permanent dev eth0".formatted(address, NOBODY));
    }

    /** Ends {@link #cutFrom}. */
    void joinTo(Machine other) throws IOException, InterruptedException {
        run("ip neigh del %s dev eth0 2>/dev/null; true".formatted(other.address));
        other.run("ip neigh del %s dev eth0 2>/dev/null; true".formatted(address));
    }

    /** Delays every packet that the machine sends. Zero ends the delay. */
    void slow(Duration time) throws IOException, InterruptedException {
        lab.run("slow", name, time.isZero() ? "0" : time.toMillis() + "ms");
    }

    /** Delays every packet from this machine to another one. {@link #slow} with zero ends the delay. */
    void slowTo(Machine other, Duration time) throws IOException, InterruptedException {
        run("modprobe -a sch_netem sch_prio cls_u32; tc qdisc del dev eth0 root 2>/dev/null;"
                + " tc qdisc add dev eth0 root handle 1: prio bands 4"
                + " && tc qdisc add dev eth0 parent 1:4 handle 40: netem delay %dms".formatted(time.toMillis())
                + " && tc filter add dev eth0 parent 1: protocol ip u32 match ip dst %s/32 flowid 1:4"
                        .formatted(other.address));
    }

    void powerOff() throws IOException, InterruptedException {
        lab.run("power", "off", name);
    }

    void powerOn() throws IOException, InterruptedException {
        lab.runAgain("power", "on", name);
    }
}
