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

/** Being one of Hazelcast's members. */
final class HazelcastMembership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HazelcastMembership.class);
    private static final String UNKNOWN_PROCESS = "a process that is no Portcullis";

    private final HazelcastInstance hazelcast;

    private HazelcastMembership(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
    }

    /** Blocks until it has found the others, or that there are none. */
    static HazelcastMembership start(Config config, HostPort at) throws ClusterJoinException {
        try {
            return new HazelcastMembership(Hazelcast.newHazelcastInstance(config));
        } catch (IllegalStateException untaken) { // thrown after hazelcast.max.join.seconds
            throw logged(
                    untaken,
                    ClusterJoinException.passing(
                            "no member of the cluster let this node at " + at + " in, though there are"
                                    + " some: they stand still, can't reach it there (cluster.host, cluster.port), or refuse it;"
                                    + " the log has Hazelcast's own words"));
        } catch (RuntimeException unbound) { // for an address of another machine of no class of its own
            throw logged(
                    unbound,
                    new ClusterJoinException(
                            "the cluster can't be joined at " + at + ": either the port is in use or the host is"
                                    + " no address of this machine (cluster.host, cluster.port); the log has Hazelcast's own words"));
        }
    }

    private static ClusterJoinException logged(RuntimeException broken, ClusterJoinException reason) {
        LoggingEventBuilder line = LOG.atError().addKeyValue("event", "cluster.join.failed");
        LoggingEventBuilder explained = isForOperators(broken)
                ? line.addKeyValue("cause", String.valueOf(broken.getMessage()))
                : line.setCause(broken);
        explained.log("Hazelcast did not start");
        return reason;
    }

    /** Whether Hazelcast's words say it all, and where it stood when it gave up says nothing more. */
    private static boolean isForOperators(RuntimeException broken) {
        return broken instanceof IllegalStateException || RootCause.of(broken) instanceof BindException;
    }

    HazelcastInstance hazelcast() {
        return hazelcast;
    }

    /** The other members and what they say about themselves: nothing where they are no nodes of this product. */
    Map<String, Optional<NodeRow>> others() {
        Map<String, Optional<NodeRow>> others = new LinkedHashMap<>();
        for (Member member : hazelcast.getCluster().getMembers()) {
            if (!member.localMember()) {
                others.put(name(member), row(member));
            }
        }
        return others;
    }

    /** @param changed the members that are left, and the one that came or went; on Hazelcast's own threads */
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

    /** Where a member says that it is; only its name where it has gone. */
    String describe(String node) {
        return hazelcast.getCluster().getMembers().stream()
                .filter(member -> name(member).equals(node))
                .findFirst()
                .map(Member::getAddress)
                .map(at -> node + " at " + new HostPort(at.getHost(), at.getPort()))
                .orElse(node);
    }

    /** Hands over what it kept for the others, for at most a few seconds. */
    @Override
    public void close() {
        hazelcast.shutdown();
    }

    /** A member that came or went. */
    record Change(String node, Kind kind) {
        /** Which of both. */
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
}
