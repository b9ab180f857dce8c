package dev.portcullis.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.portcullis.config.HostPort;
import java.net.BindException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** This node's membership in Hazelcast. */
final class HazelcastMembership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HazelcastMembership.class);
    private static final int MAX_DEPTH = 16;
    private static final String UNKNOWN_PROCESS = "a process that is not Portcullis";

    private final HazelcastInstance hazelcast;

    private HazelcastMembership(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
    }

    /** Blocks until it has found the other members, or that there are none. */
    static HazelcastMembership start(Config config, HostPort at) throws ClusterJoinException {
        try {
            return new HazelcastMembership(Hazelcast.newHazelcastInstance(config));
        } catch (IllegalStateException notAdmitted) { // thrown after hazelcast.max.join.seconds
            throw logged(
                    notAdmitted,
                    ClusterJoinException.temporary("no member of the cluster admitted this node at " + at
                            + ", though there are some: they are"
                            + " paused, cannot reach it there (cluster.host, cluster.port), or refuse it;"
                            + " the log has Hazelcast's message"));
        } catch (RuntimeException notStarted) { // no specific class for an address of another machine
            throw logged(
                    notStarted,
                    new ClusterJoinException(
                            "the cluster cannot be joined at " + at + ": either the port is in use or the host is"
                                    + " no address of this machine (cluster.host, cluster.port);"
                                    + " the log has Hazelcast's message"));
        }
    }

    private static ClusterJoinException logged(RuntimeException failure, ClusterJoinException reason) {
        LoggingEventBuilder line = LOG.atError().addKeyValue("event", "cluster.join.failed");
        LoggingEventBuilder explained = isForOperators(failure)
                ? line.addKeyValue("cause", String.valueOf(failure.getMessage()))
                : line.setCause(failure);
        explained.log("Hazelcast did not start");
        return reason;
    }

    /** Whether Hazelcast's message explains the failure, so that the stack trace adds nothing. */
    private static boolean isForOperators(RuntimeException failure) {
        return failure instanceof IllegalStateException || rootOf(failure) instanceof BindException;
    }

    HazelcastInstance hazelcast() {
        return hazelcast;
    }

    /** The other members and the rows that they publish; empty for a member that is no node of this product. */
    Map<String, Optional<NodeRow>> others() {
        Map<String, Optional<NodeRow>> others = new LinkedHashMap<>();
        for (Member member : hazelcast.getCluster().getMembers()) {
            if (!member.localMember()) {
                others.put(name(member), row(member));
            }
        }
        return others;
    }

    /** @param changed gets the remaining members and the one that joined or left; called on Hazelcast threads */
    void addListener(BiConsumer<Set<String>, Change> changed) {
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                changed.accept(names(event.getMembers()), new Change(name(event.getMember()), Change.Kind.JOINED));
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                changed.accept(names(event.getMembers()), new Change(name(event.getMember()), Change.Kind.LEFT));
            }
        });
    }

    Set<String> names() {
        return names(hazelcast.getCluster().getMembers());
    }

    /** A member's name and address; only the name if it has left. */
    String describe(String node) {
        return hazelcast.getCluster().getMembers().stream()
                .filter(member -> name(member).equals(node))
                .findFirst()
                .map(Member::getAddress)
                .map(at -> node + " at " + new HostPort(at.getHost(), at.getPort()))
                .orElse(node);
    }

    /** Hands its share of the data to the other members, for at most a few seconds. */
    @Override
    public void close() {
        hazelcast.shutdown();
    }

    /** A member that joined or left. */
    record Change(String node, Kind kind) {
        /** The kind of change. */
        enum Kind {
            JOINED,
            LEFT
        }
    }

    private static Set<String> names(Collection<Member> members) {
        return members.stream().map(HazelcastMembership::name).collect(Collectors.toUnmodifiableSet());
    }

    private static String name(Member member) {
        String name = member.getAttribute(HazelcastSettings.NODE);
        return name == null ? UNKNOWN_PROCESS + " at " + member.getAddress() : name;
    }

    private static Optional<NodeRow> row(Member member) {
        return Optional.ofNullable(member.getAttribute(HazelcastSettings.ROW))
                .flatMap(text -> NodeRow.of(name(member), text));
    }

    /** The innermost cause of an exception of a library. */
    static Throwable rootOf(Throwable failure) {
        Throwable innermost = failure;
        for (int depth = 0; innermost.getCause() != null && depth < MAX_DEPTH; depth++) {
            innermost = innermost.getCause();
        }
        return innermost;
    }
}
