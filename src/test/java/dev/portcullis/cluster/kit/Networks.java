package dev.portcullis.cluster.kit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * For each node a network namespace of its own, with two cables: one to this machine, where clients and the store are,
 * and one to the other nodes. Either can be pulled. Needs Linux, root and {@code ip}; without them tests have to pass
 * over what they wanted to try.
 */
public final class Networks implements AutoCloseable {
    /** Of addresses that are set aside for tests of networks (RFC 2544). */
    private static final String HERE = "198.18.";

    private static final String AMONG_NODES = "198.19.";
    private static final int FIRST = 10;

    private final String tag;
    private final int subnet;
    private final int nodes;

    private Networks(int nodes) {
        this.subnet = (int) (ProcessHandle.current().pid() % 250);
        this.tag = "pc" + subnet;
        this.nodes = nodes;
    }

    /** Whether this machine and this user can have any. */
    public static boolean arePossible() {
        String name = "pc-try-" + ProcessHandle.current().pid();
        boolean can = runs("ip", "netns", "add", name) && runs("ip", "netns", "exec", name, "true");
        return runs("ip", "netns", "del", name) && can;
    }

    public static Networks of(int nodes) {
        Networks networks = new Networks(nodes);
        networks.close(); // what a killed run left behind
        networks.open();
        return networks;
    }

    private void open() {
        for (String bridge : List.of(bridge(Cable.HERE), bridge(Cable.AMONG_NODES))) {
            ip("link", "add", bridge, "type", "bridge");
            ip("link", "set", bridge, "up");
        }
        ip("addr", "add", here() + "/24", "dev", bridge(Cable.HERE));
        for (int node = 0; node < nodes; node++) {
            ip("netns", "add", space(node));
            within(node, "link", "set", "lo", "up");
            plug(node, Cable.HERE);
            plug(node, Cable.AMONG_NODES);
        }
    }

    /** The two of each node. */
    private enum Cable {
        HERE,
        AMONG_NODES
    }

    private void plug(int node, Cable cable) {
        String end = end(node, cable);
        ip("link", "add", end, "type", "veth", "peer", "name", "to" + end, "netns", space(node));
        ip("link", "set", end, "master", bridge(cable), "up");
        within(node, "addr", "add", address(node, cable) + "/24", "dev", "to" + end);
        within(node, "link", "set", "to" + end, "up");
    }

    /** This machine's address for the nodes. */
    public String here() {
        return HERE + subnet + ".1";
    }

    /** A node's address for clients. */
    public String address(int node) {
        return address(node, Cable.HERE);
    }

    /** A node's address for the other nodes. */
    public String addressAmongNodes(int node) {
        return address(node, Cable.AMONG_NODES);
    }

    private String address(int node, Cable cable) {
        return (cable == Cable.HERE ? HERE : AMONG_NODES) + subnet + "." + (FIRST + node);
    }

    /** The beginning of a command that runs where this node is. */
    List<String> within(int node) {
        return List.of("ip", "netns", "exec", space(node));
    }

    /** The others are gone; clients and the store are there. */
    public void partFromNodes(int node) {
        ip("link", "set", end(node, Cable.AMONG_NODES), "down");
    }

    /** Clients and the store are gone; the others are there. */
    public void partFromHere(int node) {
        ip("link", "set", end(node, Cable.HERE), "down");
    }

    public void mend(int node) {
        ip("link", "set", end(node, Cable.AMONG_NODES), "up");
        ip("link", "set", end(node, Cable.HERE), "up");
    }

    private String space(int node) {
        return tag + "-" + node;
    }

    private String bridge(Cable cable) {
        return tag + (cable == Cable.HERE ? "out" : "in");
    }

    private String end(int node, Cable cable) {
        return bridge(cable) + node;
    }

    private void within(int node, String... words) {
        List<String> command = new ArrayList<>(List.of("-n", space(node)));
        command.addAll(List.of(words));
        ip(command.toArray(String[]::new));
    }

    private static void ip(String... words) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        if (!runs(command.toArray(String[]::new))) {
            throw new IllegalStateException(String.join(" ", command) + " failed");
        }
    }

    private static boolean runs(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        for (int node = 0; node < nodes; node++) {
            runs("ip", "netns", "del", space(node));
            runs("ip", "link", "del", end(node, Cable.HERE));
            runs("ip", "link", "del", end(node, Cable.AMONG_NODES));
        }
        runs("ip", "link", "del", bridge(Cable.HERE));
        runs("ip", "link", "del", bridge(Cable.AMONG_NODES));
    }
}
