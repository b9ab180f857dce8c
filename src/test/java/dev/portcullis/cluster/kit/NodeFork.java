package dev.portcullis.cluster.kit;

import dev.portcullis.cluster.workload.Endpoint;
import dev.portcullis.forked.ForkedNode;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Role;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A node in a process of its own, which can be killed, paused and restarted. Clients connect to its latest process. */
public final class NodeFork implements Endpoint, AutoCloseable {
    private static final int TAIL = 15;

    private final String name;
    private final List<String> within;
    private final Path config;
    private final String[] sets;
    private volatile ForkedNode node;

    private NodeFork(String name, List<String> within, Path config, String[] sets, ForkedNode node) {
        this.name = name;
        this.within = within;
        this.config = config;
        this.sets = sets;
        this.node = node;
    }

    /** Starts a node and returns when it is ready. Its limits are high, and rooms keep all messages. */
    public static NodeFork start(String name, Path config, String... sets) throws Exception {
        return start(name, List.of(), config, sets);
    }

    /** @param within prefix of a command that runs the node elsewhere */
    static NodeFork start(String name, List<String> within, Path config, String... sets) throws Exception {
        String[] all = Stream.concat(Stream.of("streams.room.entries=100000", "sessions.max=1000"), Stream.of(sets))
                .toArray(String[]::new);
        return new NodeFork(name, within, config, all, ForkedNode.generous(within, config, all));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public URI ws() {
        return node.ws();
    }

    @Override
    public String token(String user, Role role) {
        return node.token(user, role, Duration.ofMinutes(10), "*");
    }

    /** Its latest process. */
    ForkedNode running() {
        return node;
    }

    /** Revokes as an operator, and returns the status. */
    public int revoke(String body) throws Exception {
        return node.revoke(body);
    }

    public int ban(String body) throws Exception {
        return node.ban(body);
    }

    /** Connects a user; returns when they are admitted. */
    public JdkPeer enter(String user) {
        return node.enter(user, "*");
    }

    public void kill() {
        node.kill();
    }

    public void pause() {
        node.process().pause();
    }

    public void resume() {
        node.process().goOn();
    }

    /** Stops it as planned; returns when it has exited. */
    public void stop() throws Exception {
        node.stop();
    }

    /** Restarts an exited node on the same files; returns when it is ready. */
    public void restart() throws Exception {
        node = ForkedNode.generous(within, config, sets);
    }

    /** Returns when it is ready; fails if it has exited. */
    void awaitReady() throws Exception {
        node.awaitReadiness(200);
    }

    /** Returns when it reports that it is not ready. */
    public void awaitUnready() throws Exception {
        node.awaitReadiness(503);
    }

    /** Returns the status with which it ended by itself. */
    public int awaitExit() throws Exception {
        return node.process().ended().code();
    }

    /** Resumes or restarts the node, whichever it needs. */
    void heal() throws Exception {
        if (node.process().isAlive()) {
            resume();
            if (node.reachesReadiness(200)) {
                return;
            }
        }
        restart(); // an isolated node may exit only after it goes on
    }

    /** Whether it runs and reaches this many nodes of the cluster, itself included. */
    boolean reachesNodes(int count) throws Exception {
        return node.process().isAlive() && node.nodesReached() == count;
    }

    /** The last lines that it printed, except those about single connections. */
    public List<String> tail() {
        List<String> lines = Stream.of(node.process().out(), node.process().err())
                .flatMap(printed -> printed.lines().stream())
                .filter(line -> !line.contains("\"event\":\"ws."))
                .toList();
        return lines.subList(Math.max(0, lines.size() - TAIL), lines.size()).stream()
                .map(line -> name + ": " + line)
                .toList();
    }

    @Override
    public void close() {
        node.close();
    }
}
