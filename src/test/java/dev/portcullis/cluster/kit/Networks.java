package dev.portcullis.cluster.kit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace per node with two links: one to the host, where clients and the store run, and one to the other
 * nodes. Either can be cut. Needs Linux, root and {@code ip}; tests skip themselves without them.
 */
public final class Networks implements AutoCloseable {
    /** Addresses reserved for network tests (RFC 2544). */
    private static final String HOST_NET = "198.18.";

    private static final String NODE_NET = "198.19.";
    private static final int FIRST = 10;

    private final String tag;
    private final int subnet;
    private final int nodes;

    private Networks(int nodes) {
        this.subnet = (int) (ProcessHandle.current().pid() % 250);
        this.tag = "pc" + subnet;
        this.nodes = nodes;
    }

    /** Whether this machine and user can create network namespaces. */
    public static boolean areAvailable() {
        String name = "pc-try-" + ProcessHandle.current().pid();
        boolean can = runs("ip", "netns", "add", name) && runs("ip", "netns", "exec", name, "true");
        return runs("ip", "netns", "del", name) && can;
    }

    public static Networks of(int nodes) {
        Networks networks = new Networks(nodes);
        networks.close(); // removes what a killed run left behind
        networks.open();
        return networks;
    }

    private void open() {
        for (String bridge : List.of(bridge(Cable.HOST), bridge(Cable.NODES))) {
            ip("link", "add", bridge, "type", "bridge");
            ip("link", "set", bridge, "up");
        }
        ip("addr", "add", hostAddress() + "/24", "dev", bridge(Cable.HOST));
        for (int node = 0; node < nodes; node++) {
            ip("netns", "add", space(node));
            within(node, "link", "set", "lo", "up");
            plug(node, Cable.HOST);
            plug(node, Cable.NODES);
        }
    }

    /** The two links of each node. */
    private enum Cable {
        HOST,
        NODES
    }

    private void plug(int node, Cable cable) {
        String end = end(node, cable);
        ip("link", "add", end, "type", "veth", "peer", "name", "to" + end, "netns", space(node));
        ip("link", "set", end, "master", bridge(cable), "up");
        within(node, "addr", "add", address(node, cable) + "/24", "dev", "to" + end);
        within(node, "link", "set", "to" + end, "up");
    }

    /** The address of the host for the nodes. */
    public String hostAddress() {
        return HOST_NET + subnet + ".1";
    }

    /** A node's address for clients. */
    public String address(int node) {
        return address(node, Cable.HOST);
    }

    /** A node's address for the other nodes. */
    public String addressAmongNodes(int node) {
        return address(node, Cable.NODES);
    }

    private String address(int node, Cable cable) {
        return (cable == Cable.HOST ? HOST_NET : NODE_NET) + subnet + "." + (FIRST + node);
    }

    /** Prefix of a command that runs in the network of this node. */
    List<String> within(int node) {
        return List.of("ip", "netns", "exec", space(node));
    }

    /** Cuts a node off from the other nodes, but not from clients and the store. */
    public void cutFromNodes(int node) {
        ip("link", "set", end(node, Cable.NODES), "down");
    }

    /** Cuts a node off from clients and the store, but not from the other nodes. */
    public void cutFromHost(int node) {
        ip("link", "set", end(node, Cable.HOST), "down");
    }

    public void reconnect(int node) {
        ip("link", "set", end(node, Cable.NODES), "up");
        ip("link", "set", end(node, Cable.HOST), "up");
    }

    private String space(int node) {
        return tag + "-" + node;
    }

    private String bridge(Cable cable) {
        return tag + (cable == Cable.HOST ? "out" : "in");
    }

    private String end(int node, Cable cable) {
        return bridge(cable) + node;
    }

    private void within(int node, String... arguments) {
        List<String> command = new ArrayList<>(List.of("-n", space(node)));
        command.addAll(List.of(arguments));
        ip(command.toArray(String[]::new));
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
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
            runs("ip", "link", "del", end(node, Cable.HOST));
            runs("ip", "link", "del", end(node, Cable.NODES));
        }
        runs("ip", "link", "del", bridge(Cable.HOST));
        runs("ip", "link", "del", bridge(Cable.NODES));
    }
}
