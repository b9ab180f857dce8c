package dev.portcullis.store.redis;

import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.store.redis.ReplicationFacts.MasterFacts;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Whether acknowledged messages survive the death of a machine of Redis, and what that depends on. */
public record AckSafety(Worth worth, List<Risk> risks) {
    private static final String ALWAYS = "always";

    public AckSafety {
        risks = List.copyOf(risks);
    }

    /** The answer in one word. */
    public enum Worth implements LowerCaseId {
        HOLDS("acknowledged messages survive the death of any one machine, a master of Redis included"),
        DEPENDS("acknowledged messages survive the death of a master of Redis under conditions"),
        LOSES("the death of a master of Redis may lose what was acknowledged last"),
        REFUSES("no message is acknowledged as long as a master has fewer replicas than an ack needs");

        private final String sentence;

        Worth(String sentence) {
            this.sentence = sentence;
        }

        public String sentence() {
            return sentence;
        }
    }

    /** A reason why the answer is not better, the worst first. */
    public enum Risk implements LowerCaseId {
        TOO_FEW_REPLICAS(
                Worth.REFUSES,
                "a master has fewer replicas than store.redis.ackReplicas: start replicas, or lower it on all nodes"),
        NO_WAIT(
                Worth.LOSES,
                "no ack waits for a replica: set store.redis.ackReplicas on all nodes, if Redis has replicas"),
        NO_REPLICA(
                Worth.LOSES,
                "a master has no replica: its disk is the only copy, and no other server can take its place"),
        NO_FAILOVER(
                Worth.DEPENDS,
                "no sentinel and no Redis Cluster watches the master: it depends on who promotes a replica, and on which one"),
        CHOICE(
                Worth.DEPENDS,
                "a master has more replicas than an ack waits for: it depends on the choice of the one that has most; Sentinel"
                        + " compares what it was told last, behind replica-priority, and a Redis Cluster only delays the others."
                        + " For certainty set store.redis.ackReplicas to the number of replicas that may be promoted"),
        NO_APPEND_ONLY(
                Worth.DEPENDS,
                "a master is not appendonly: it must not restart before it is replaced, since it would come back without its"
                        + " newest data, and its replicas would copy that"),
        NO_FSYNC(
                Worth.DEPENDS,
                "a master has no appendfsync always: its machine must not restart before it is replaced, since it may come back"
                        + " without its last second, and its replicas would copy that"),
        UNKNOWN_FSYNC(
                Worth.DEPENDS,
                "whether a master has appendfsync always is not known: look, or permit our user +config|get"),
        NO_REQUIRED_REPLICAS(
                Worth.HOLDS,
                "a master has no min-replicas-to-write: what waits for no replica, such as accounts, rooms and sessions, can be"
                        + " written to a master that is cut off from its replicas, and is lost with it");

        private final Worth atBest;
        private final String sentence;

        Risk(Worth atBest, String sentence) {
            this.atBest = atBest;
            this.sentence = sentence;
        }

        public String sentence() {
            return sentence;
        }
    }

    static AckSafety of(ReplicationFacts facts) {
        List<Risk> risks =
                Stream.of(Risk.values()).filter(risk -> applies(risk, facts)).toList();
        Worth worth =
                risks.stream().map(risk -> risk.atBest).max(Enum::compareTo).orElse(Worth.HOLDS);
        return new AckSafety(worth, risks);
    }

    /** The worth and what it rests on, each a sentence for an operator. */
    public List<String> lines() {
        return Stream.concat(Stream.of(worth.sentence()), risks.stream().map(Risk::sentence))
                .toList();
    }

    private static boolean applies(Risk risk, ReplicationFacts facts) {
        int wanted = facts.ackReplicas();
        return switch (risk) {
            case TOO_FEW_REPLICAS -> any(facts, master -> master.replicas() < wanted);
            case NO_WAIT -> wanted == 0;
            case NO_REPLICA -> any(facts, master -> master.replicas() == 0);
            case NO_FAILOVER -> facts.topology() == Topology.STANDALONE && any(facts, master -> master.replicas() > 0);
            case CHOICE -> wanted > 0 && any(facts, master -> master.replicas() > wanted);
            case NO_APPEND_ONLY -> any(facts, master -> !master.appendOnly());
            case NO_FSYNC -> any(facts, master -> master.appendOnly() && isOther(master));
            case UNKNOWN_FSYNC ->
                any(facts, master -> master.appendOnly() && master.fsync().isEmpty());
            case NO_REQUIRED_REPLICAS ->
                any(facts, master -> master.replicas() > 0 && !master.refusesWithoutReplicas());
        };
    }

    private static boolean isOther(MasterFacts master) {
        return master.fsync().filter(fsync -> !fsync.equals(ALWAYS)).isPresent();
    }

    private static boolean any(ReplicationFacts facts, Predicate<MasterFacts> is) {
        return facts.masters().stream().anyMatch(is);
    }
}
